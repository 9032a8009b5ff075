package manifest

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"sync"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Stream is a sequence of YAML documents together with their exact bytes.
type Stream struct {
	Documents []*Document
}

// Document is one YAML document of a stream.
type Document struct {
	// Line is the line of the stream, from 1, on which Body starts.
	Line int
	// Source is the template that printed the document, as Helm names it
	// (chart/templates/x.yaml), or "" when the stream does not say.
	Source string

	separator []byte // the text before body: a line "---", or nothing
	body      []byte

	parseOnce sync.Once
	root      *yaml.RNode
	parseErr  error

	objects []*Object
}

// Read reads a whole stream. The error, if any, is a *SyntaxError for a
// malformed document and wraps the reader's own error otherwise.
func Read(r io.Reader) (*Stream, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read manifests: %w", err)
	}
	return Parse(text)
}

// Parse splits text into documents and decodes each one. The stream keeps
// text; the caller must not change it afterwards.
func Parse(text []byte) (*Stream, error) { return (*Cache)(nil).Parse(text) }

// Cache remembers what documents say, so that a text which many renderings
// share is read once. It is safe for concurrent use.
type Cache struct {
	mu    sync.Mutex
	known map[string][]content
	room  int // how many more bytes of text are kept
}

// roomForDocuments is ten times what the largest public charts print.
const roomForDocuments = 32 << 20

// NewCache returns an empty cache.
func NewCache() *Cache { return &Cache{known: map[string][]content{}, room: roomForDocuments} }

// contents reads a document; a nil cache remembers nothing.
func (c *Cache) contents(d *Document) ([]content, error) {
	if c == nil {
		return d.contents()
	}
	c.mu.Lock()
	known, ok := c.known[string(d.body)]
	c.mu.Unlock()
	if ok {
		return known, nil
	}
	read, err := d.contents()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(d.body) <= c.room {
		c.room -= len(d.body)
		c.known[string(d.body)] = read
	}
	return read, nil
}

// Fields reads a document that a stream is about to have, and which that does
// not read again. It is false for what is not one object: nothing, a List, a
// mistake.
func (c *Cache) Fields(body []byte) (fields map[string]any, ok bool) {
	contents, err := c.contents(&Document{body: body})
	if err != nil || len(contents) != 1 || contents[0].item >= 0 {
		return nil, false
	}
	return contents[0].fields, true
}

// Parse is the function Parse, with a memory. Streams that a cache has parsed
// share the fields of equal documents.
func (c *Cache) Parse(text []byte) (*Stream, error) {
	s := split(text)
	for _, d := range s.Documents {
		if err := d.decode(c); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Objects returns every object of the stream in order, with the items of Lists
// in place of the Lists.
func (s *Stream) Objects() []*Object {
	var all []*Object
	for _, d := range s.Documents {
		all = append(all, d.objects...)
	}
	return all
}

// Bytes returns the stream's text. It equals the text that was parsed, but for
// the documents that were replaced.
func (s *Stream) Bytes() []byte {
	var b bytes.Buffer
	for _, d := range s.Documents {
		b.Write(d.separator)
		b.Write(d.body)
	}
	return b.Bytes()
}

// WriteTo writes the stream's text.
func (s *Stream) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(s.Bytes())
	return int64(n), err
}

// Body returns the document's text without its separator line.
func (d *Document) Body() []byte { return d.body }

// Objects returns the document's object, or its items when it is a List, or
// nothing when it holds only comments.
func (d *Document) Objects() []*Object { return d.objects }

// Replaced returns a document with the text body in the place of d. The error is
// a *SyntaxError when body does not parse.
func (d *Document) Replaced(body []byte) (*Document, error) {
	out := &Document{Line: d.Line, Source: d.Source, separator: d.separator, body: body}
	if err := out.decode(nil); err != nil {
		return nil, err
	}
	return out, nil
}

// With returns a copy of the stream in which documents have others in their
// places. The rest are shared.
func (s *Stream) With(replaced map[*Document]*Document) *Stream {
	next := &Stream{Documents: slices.Clone(s.Documents)}
	for i, d := range s.Documents {
		if other, ok := replaced[d]; ok {
			next.Documents[i] = other
		}
	}
	return next
}

// node is the document's kyaml tree, parsed once and never changed.
func (d *Document) node() (*yaml.RNode, error) {
	d.parseOnce.Do(func() {
		d.root, d.parseErr = parseNode(d.body)
		if d.parseErr != nil {
			d.parseErr = d.syntaxError(d.parseErr)
		}
	})
	return d.root, d.parseErr
}

func parseNode(text []byte) (*yaml.RNode, error) {
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&doc); err != nil {
		return nil, err
	}
	return yaml.NewRNode(&doc), nil
}
