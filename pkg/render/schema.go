package render

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"helm.sh/helm/v3/pkg/chart"
)

const schemaURL = "file:///values.schema.json"

// schemas are those that were read so far. They are safe for concurrent use.
type schemas struct {
	mu   sync.Mutex
	read map[string]func() (*jsonschema.Schema, error)
}

func newSchemas() *schemas {
	return &schemas{read: map[string]func() (*jsonschema.Schema, error){}}
}

// of reads a schema, once.
func (s *schemas) of(text []byte) (*jsonschema.Schema, error) {
	s.mu.Lock()
	read := s.read[string(text)]
	if read == nil {
		read = sync.OnceValues(func() (*jsonschema.Schema, error) { return readSchema(text) })
		s.read[string(text)] = read
	}
	s.mu.Unlock()
	return read()
}

// check checks values against the values.schema.json of the chart and its sub
// charts, as Helm does (helm v3.22.0, pkg/chartutil/jsonschema.go), but for
// references to other files and hosts: those are not followed, and whatever they
// would demand counts as met.
func (s *schemas) check(c *chart.Chart, values map[string]any) error {
	var problems strings.Builder
	s.collectErrors(&problems, c, values)
	if problems.Len() == 0 {
		return nil
	}
	return fmt.Errorf("values don't meet the specifications of the schema(s) in the following chart(s):\n%s", strings.TrimRight(problems.String(), "\n"))
}

func (s *schemas) collectErrors(problems *strings.Builder, c *chart.Chart, values map[string]any) {
	if c.Schema != nil {
		if err := s.checkOne(c.Schema, values); err != nil {
			fmt.Fprintf(problems, "%s:\n%s\n", c.Name(), err)
		}
	}
	for _, sub := range c.Dependencies() {
		raw, ok := values[sub.Name()]
		if !ok || raw == nil {
			continue
		}
		subValues, ok := raw.(map[string]any)
		if !ok {
			fmt.Fprintf(problems, "%s:\ninvalid type for values: expected object (map), got %T\n", sub.Name(), raw)
			continue
		}
		s.collectErrors(problems, sub, subValues)
	}
}

func (s *schemas) checkOne(text []byte, values map[string]any) (err error) {
	defer unable(&err)
	schema, err := s.of(text)
	if err != nil {
		return err
	}
	if err := schema.Validate(values); err != nil {
		return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "jsonschema validation failed with '"+schemaURL+"#'\n"))
	}
	return nil
}

func readSchema(text []byte) (_ *jsonschema.Schema, err error) {
	defer unable(&err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(permissive{})
	if err := compiler.AddResource(schemaURL, document); err != nil {
		return nil, err
	}
	return compiler.Compile(schemaURL)
}

// unable makes an error of a panic: the library has some on malformed schemas, as
// Helm knows too.
func unable(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("unable to validate schema: %v", p)
	}
}

// permissive answers every reference to another document with a schema that
// accepts anything.
type permissive struct{}

func (permissive) Load(string) (any, error) { return true, nil }
