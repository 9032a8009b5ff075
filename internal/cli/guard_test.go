package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

func TestLimits(t *testing.T) {
	assert.Equal(t, uint64(mostMemory), limitsOf(0, math.MaxInt64).memory)
	assert.Equal(t, uint64(mostMemory), limitsOf(64<<30, math.MaxInt64).memory)
	assert.Equal(t, uint64(768<<20), limitsOf(1<<30, math.MaxInt64).memory)
	assert.Equal(t, uint64(9<<30), limitsOf(1<<30, 9<<30).memory, "GOMEMLIMIT")
}

// watching is a guard over two charts, one of which stands still where it is
// told to.
type watching struct {
	*guard
	stderr bytes.Buffer
	passed string // to the program that starts anew
	code   int
}

func watched(t *testing.T, state guardState) *watching {
	text, err := json.Marshal(state)
	require.NoError(t, err)
	w := &watching{code: -1}
	w.guard, err = newGuard(func(string) string { return string(text) }, &w.stderr)
	require.NoError(t, err)
	w.limits = limits{memory: 1 << 30, stacks: 1 << 20}
	w.again = func(variable string) error { w.passed = variable; return nil }
	w.exit = func(code int) { w.code = code }
	return w
}

// during judges while charts of these names are being worked on.
func (w *watching) during(t *testing.T, heap, stacks uint64, pinned bool, names ...string) {
	c := &Command{guard: w.guard}
	o := stateful.LintOptions{Workers: len(names), Timeout: time.Minute}
	c.guarded(&o, pinned)
	dir := t.TempDir()
	wait := make(chan struct{})
	var paths []string
	for _, name := range names {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Join(path, "templates"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(path, "Chart.yaml"), []byte("apiVersion: v2\nname: "+name+"\nversion: 1.0.0\n"), 0o644))
		paths = append(paths, path)
	}
	arrived := make(chan struct{}, len(names))
	o.Progress = func(string) { arrived <- struct{}{}; <-wait }
	done := make(chan error, 1)
	go func() { _, err := stateful.Lint(t.Context(), paths, o); done <- err }()
	for range names {
		<-arrived
	}
	w.judge(heap, stacks)
	close(wait)
	require.NoError(t, <-done)
	w.passed = strings.ReplaceAll(w.passed, dir+"/", "")
}

func TestGuard(t *testing.T) {
	t.Run("nothing to do", func(t *testing.T) {
		w := watched(t, guardState{})
		w.during(t, 1<<30, 1<<20, false, "a")
		assert.Empty(t, w.passed)
		assert.Equal(t, -1, w.code)
	})
	t.Run("one chart", func(t *testing.T) {
		w := watched(t, guardState{GivenUp: map[string]string{"z": "before"}})
		w.during(t, 1<<30+1, 0, false, "a")
		assert.Equal(t, guardVariable+`={"givenUp":{"a":"it took more than 1 GiB of memory (GOMEMLIMIT sets another bound)","z":"before"}}`, w.passed)
	})
	t.Run("stacks", func(t *testing.T) {
		w := watched(t, guardState{Alone: true})
		w.during(t, 0, 1<<20+1, false, "a")
		assert.Equal(t, guardVariable+`={"givenUp":{"a":"its templates recurse without end"},"alone":true}`, w.passed)
	})
	t.Run("which of two", func(t *testing.T) {
		w := watched(t, guardState{})
		w.during(t, 1<<30+1, 0, false, "a", "b")
		assert.Equal(t, guardVariable+`={"alone":true}`, w.passed)
	})
	t.Run("standard input is spent", func(t *testing.T) {
		w := watched(t, guardState{})
		w.during(t, 1<<30+1, 0, true, "a")
		assert.Empty(t, w.passed)
		assert.Equal(t, exitChart, w.code)
		assert.Contains(t, w.stderr.String(), "a: it took more than 1 GiB of memory")
	})
	t.Run("no program can start", func(t *testing.T) {
		w := watched(t, guardState{})
		w.again = func(string) error { return errors.ErrUnsupported }
		w.during(t, 1<<30+1, 0, false, "a")
		assert.Equal(t, exitChart, w.code)
		assert.Contains(t, w.stderr.String(), "a: it took more than 1 GiB of memory")
	})
	t.Run("no charts", func(t *testing.T) {
		w := watched(t, guardState{})
		(&Command{guard: w.guard}).working("manifests on standard input")
		w.judge(1<<30+1, 0)
		assert.Equal(t, exitChart, w.code)
		assert.Contains(t, w.stderr.String(), "Error: manifests on standard input: it took more than 1 GiB")
	})
}
