package cluster_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// record is what became of the lives, as docs/conformance.md has it.
type record struct {
	mu     sync.Mutex
	charts map[string][]*played
}

func (r *record) add(lives []*played) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.charts == nil {
		r.charts = map[string][]*played{}
	}
	for _, p := range lives {
		if p != nil {
			r.charts[p.chart.String()] = append(r.charts[p.chart.String()], p)
		}
	}
}

// compare holds the lives against the document. Where all charts were played
// the document must have nothing else, and can be written anew.
func (r *record) compare(t *testing.T, charts []chartCase) {
	file := filepath.Join(repository, "docs", "conformance.md")
	if *update && !t.Failed() {
		require.Len(t, r.charts, len(charts), "-update needs a run of all charts")
		require.NoError(t, os.WriteFile(file, []byte(r.document()), 0o644))
	}
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	if t.Failed() {
		return // a life that has failed says more
	}
	const hint = "docs/conformance.md is stale: write it anew with make conformance"
	if len(r.charts) == len(charts) {
		assert.Equal(t, string(written), r.document(), hint)
		return
	}
	lines := strings.Split(string(written), "\n")
	assert.Subset(t, lines, strings.Split(r.rows(), "\n"), hint)
}

const conformance = `# What was predicted, and what happened

Each row is one life of a chart under testdata/charts, played with a real Helm on a real API server with its controllers. What the
rehearsal says of each step is what happened: ` + "`make cluster-test`" + ` plays all of them and fails where one cell, one refusal's message, or one
object that is left behind is otherwise, and where this page is stale (` + "`make conformance`" + ` writes it).

- Helm: 3 is 3.22.0, 4 is 4.3.1 with server-side apply, 4c the same with ` + "`--server-side=false`" + `.
- Mended: by ` + "`--post-renderer helm-stateful`" + ` with these fixes; *later* means from the first upgrade on, after an install without it. A
  mending that changes nothing in a chart, or the same as another, has no row.
- Steps: ok, or refused. Where a step deletes claims, with their data, it is said how many. An install
  that times out waits for a hook's pod, which waits for what comes after it.
- Left: claims, volumes, Secrets, definitions and namespaces after the uninstall, and what hangs on its finalizers.

| chart | mended | Helm | install | upgrade | next version | rollback | uninstall | reinstall | left |
|---|---|---|---|---|---|---|---|---|---|
`

func (r *record) document() string { return conformance + r.rows() + "\n" }

func (r *record) rows() string {
	var rows []string
	for chart, lives := range r.charts {
		for i, p := range lives {
			rows = append(rows, fmt.Sprintf("%s\x00%03d%s", chart, i, p.row()))
		}
	}
	slices.Sort(rows)
	for i, row := range rows {
		_, row, _ = strings.Cut(row, "\x00")
		rows[i] = row[3:]
	}
	return strings.Join(rows, "\n")
}

func (p *played) row() string {
	cells := []string{p.chart.String(), strings.TrimPrefix(strings.ReplaceAll(p.m.String(), "+", " "), " "), p.helm.short}
	for _, step := range lifecycle.Steps() {
		cell := "ok"
		if p.stuck {
			cell = "–"
			if step == lifecycle.Install {
				cell = "times out"
			}
		}
		if p.refused[step] {
			cell = "refused"
		}
		if n := len(p.lost[step]); n > 0 {
			cell += fmt.Sprintf(", deletes %d", n)
		}
		cells = append(cells, cell)
	}
	cells = append(cells, strings.Join(p.kept(), ", "))
	return "| " + strings.Join(cells, " | ") + " |"
}
