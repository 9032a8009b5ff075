package lint

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

// Baseline is a list of findings that are known, so that only new ones count.
// As a file it holds one finding a line: its fingerprint, its chart, its rule,
// and after a # what it is about, which nobody reads but people. Lines are
// sorted, and lines of the source do not come into it, so that it merges well.
type Baseline struct {
	entries map[string]BaselineEntry // by fingerprint
}

// BaselineEntry is one known finding.
type BaselineEntry struct {
	Fingerprint, Chart, Rule string
	// About is for people.
	About string
	// Line is where it stands in the file it was read from, from 1.
	Line int
}

const (
	baselineHeader = "# Findings that helm-stateful knows of, one a line: fingerprint, chart, rule. Made by --write-baseline.\n"
	noChart        = "-" // in place of the name of no chart
)

var fingerprintForm = lazy.Pattern(`^[0-9a-f]{16}$`)

// ReadBaseline reads what WriteTo writes. name is the file's, for errors.
func ReadBaseline(name string, r io.Reader) (*Baseline, error) {
	b := &Baseline{entries: map[string]BaselineEntry{}}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, about, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		if len(words) != 3 || !fingerprintForm().MatchString(words[0]) {
			return nil, fmt.Errorf("%s:%d: a line of a baseline is a fingerprint, a chart and a rule: write the file anew with --write-baseline", name, n)
		}
		b.add(BaselineEntry{Fingerprint: words[0], Chart: words[1], Rule: words[2], About: strings.TrimSpace(about), Line: n})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read baseline %s: %w", name, err)
	}
	return b, nil
}

// NewBaseline knows all findings that are open or in a baseline already, and
// those entries of older, which may be nil, that keep wants to stay.
func NewBaseline(findings []Finding, older *Baseline, keep func(BaselineEntry) bool) *Baseline {
	b := &Baseline{entries: map[string]BaselineEntry{}}
	for _, e := range older.Entries() {
		if keep(e) {
			b.add(e)
		}
	}
	for i := range findings {
		f := &findings[i]
		if f.Fixed || f.Ignored != nil {
			continue
		}
		about := f.Object.String()
		if f.Object.Namespace != "" {
			about += " (namespace " + f.Object.Namespace + ")"
		}
		if f.Field != "" {
			about += " " + f.Field
		}
		b.add(BaselineEntry{Fingerprint: f.Fingerprint, Chart: word(f.Chart), Rule: f.Rule, About: line(about)})
	}
	return b
}

func (b *Baseline) add(e BaselineEntry) { b.entries[e.Fingerprint] = e }

// Entries are sorted by their fingerprints.
func (b *Baseline) Entries() []BaselineEntry {
	if b == nil {
		return nil
	}
	var out []BaselineEntry
	for _, fingerprint := range slices.Sorted(maps.Keys(b.entries)) {
		out = append(out, b.entries[fingerprint])
	}
	return out
}

// Mark marks those findings that the baseline knows.
func (b *Baseline) Mark(findings []Finding) {
	for i := range findings {
		if f := &findings[i]; f.Open() {
			_, f.Baselined = b.entries[f.Fingerprint]
		}
	}
}

// Gone are the entries of a chart that none of its findings is about. Findings
// of rules that were not applied are not missed.
func (b *Baseline) Gone(chart string, findings []Finding, applied func(rule string) bool) []BaselineEntry {
	found := map[string]bool{}
	for _, f := range findings {
		found[f.Fingerprint] = true
	}
	var out []BaselineEntry
	for _, e := range b.Entries() {
		if e.Chart == word(chart) && applied(e.Rule) && !found[e.Fingerprint] {
			out = append(out, e)
		}
	}
	return out
}

// word is a chart's name as a baseline has it: one word, whatever the chart says
// that it is called.
func word(chart string) string {
	if chart == "" {
		return noChart
	}
	return strings.Map(func(r rune) rune {
		if r == '#' || unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return '_'
		}
		return r
	}, chart)
}

// line keeps what is written for people on one line, and short.
func line(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	return Short(strings.Join(strings.Fields(text), " "))
}

// WriteTo writes the file.
func (b *Baseline) WriteTo(w io.Writer) (int64, error) {
	var text strings.Builder
	text.WriteString(baselineHeader)
	for _, e := range b.Entries() {
		fmt.Fprintf(&text, "%s %s %s # %s\n", e.Fingerprint, e.Chart, e.Rule, e.About)
	}
	n, err := io.WriteString(w, text.String())
	return int64(n), err
}
