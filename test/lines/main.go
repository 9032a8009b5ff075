// Command lines measures how well fields are traced to the lines of their
// templates, on any number of charts:
//
//	go run ./test/lines CHART...
//
// Every field of every object is traced under the chart's default values, and
// held against the template's text without the help of any mark: at the place
// that is said to have printed a key, that key must stand, and a value that
// stands beside it must be the field's; at the place of an action, an action.
// Then the chart is linted as its users do, and its findings' places are
// counted.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() {
	verbose := flag.Bool("v", false, "print every field that is not exact")
	findings := flag.Bool("findings", true, "lint the charts, too")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: lines [-v] [-findings=false] CHART...")
		os.Exit(2)
	}
	log.SetOutput(io.Discard)
	var out io.Writer = io.Discard
	if *verbose {
		out = os.Stdout
	}
	m := &measure{misses: map[string]int{}, verbose: out}
	for _, chart := range flag.Args() {
		if err := m.fieldsOf(context.Background(), chart); err != nil {
			m.failed++
			continue
		}
		m.charts++
		if *findings {
			m.findingsOf(context.Background(), chart)
		}
	}
	m.print(os.Stdout)
	if len(m.wrong) > 0 {
		os.Exit(1)
	}
}

// measure holds what was counted.
type measure struct {
	charts, failed int
	noticed        int // charts that print something else when marked
	fields         tally
	byAction       int // fields whose key an action printed
	values         int // that stand in the text and were compared
	findings       tally
	misses         map[string]int
	wrong          []string
	verbose        io.Writer
}

// tally counts places.
type tally struct{ all, exact int }

func (t tally) String() string {
	if t.all == 0 {
		return "none"
	}
	return fmt.Sprintf("%d, exact %d (%.2f %%)", t.all, t.exact, 100*float64(t.exact)/float64(t.all))
}

func (m *measure) print(w io.Writer) {
	for _, wrong := range m.wrong {
		fmt.Fprintln(w, wrong)
	}
	for _, class := range slices.SortedFunc(maps.Keys(m.misses), func(a, b string) int {
		if m.misses[a] != m.misses[b] {
			return m.misses[b] - m.misses[a]
		}
		return strings.Compare(a, b)
	}) {
		fmt.Fprintf(w, "%8d  %s\n", m.misses[class], class)
	}
	fmt.Fprintf(w, "%d charts, %d more do not render; %d notice that they are marked\n", m.charts, m.failed, m.noticed)
	fmt.Fprintf(w, "fields: %s, %d of them printed by an action\n", m.fields, m.byAction)
	fmt.Fprintf(w, "findings: %s\n", m.findings)
	fmt.Fprintf(w, "%d places held against the text, with %d values: %d wrong\n", m.fields.exact, m.values, len(m.wrong))
}
