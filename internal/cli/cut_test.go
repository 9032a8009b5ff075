package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// cutStream is one document of each sort that a cut can fall into.
const cutStream = `---
# Source: demo/templates/pvc.yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: "data"
  labels: {app: demo}
---
# Source: demo/templates/cm.yaml
kind: ConfigMap
apiVersion: v1
metadata: {name: text}
data:
  folded: >
    a
      b
`

// postRendered runs the bare program, as Helm 3 does.
func postRendered(in io.Reader, out io.Writer) (code int, stderr string) {
	var b bytes.Buffer
	c := &Command{Stdin: in, Stdout: out, Stderr: &b, Getenv: func(string) string { return "" }}
	return c.Main(context.Background(), nil), b.String()
}

// TestStdinCutAnywhere cuts a stream after each of its bytes. Where the reader
// learns of it, by an error, nothing is passed on. A pipe that is closed early
// looks like the end of a shorter stream, and is treated as one: each of its
// objects comes out, or none and an exit code that stops Helm.
func TestStdinCutAnywhere(t *testing.T) {
	broken := errors.New("the pipe broke")
	for cut := range len(cutStream) + 1 {
		text := cutStream[:cut]
		var out bytes.Buffer
		code, stderr := postRendered(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), &out)
		require.Equal(t, exitChart, code)
		require.Empty(t, out.String())
		require.Contains(t, stderr, broken.Error())

		out.Reset()
		code, stderr = postRendered(strings.NewReader(text), &out)
		if code != exitClean {
			require.Equal(t, exitChart, code)
			require.Empty(t, out.String(), "cut at %d", cut)
			require.NotEmpty(t, stderr)
			continue
		}
		before, err := manifest.Parse([]byte(text))
		require.NoError(t, err)
		after, err := manifest.Parse(out.Bytes())
		require.NoError(t, err)
		require.Len(t, after.Objects(), len(before.Objects()), "cut at %d", cut)
		for i, o := range before.Objects() {
			require.Equal(t, o.ID, after.Objects()[i].ID, "cut at %d", cut)
		}
	}
}

// limited takes so many bytes and then fails, as a full disk or a closed pipe.
type limited struct{ left int }

func (w *limited) Write(p []byte) (int, error) {
	if len(p) > w.left {
		n := w.left
		w.left = 0
		return n, errors.New("no room")
	}
	w.left -= len(p)
	return len(p), nil
}

// TestStdoutThatFails: what could not be written whole is never a success.
func TestStdoutThatFails(t *testing.T) {
	var whole bytes.Buffer
	code, _ := postRendered(strings.NewReader(cutStream), &whole)
	require.Equal(t, exitClean, code)
	for room := range whole.Len() {
		code, stderr := postRendered(strings.NewReader(cutStream), &limited{room})
		require.Equal(t, exitChart, code, "room for %d bytes", room)
		assert.Contains(t, stderr, "write manifests to standard output: no room")
	}
}

// TestSameInputSameBytes, a hundred times.
func TestSameInputSameBytes(t *testing.T) {
	text := strings.Repeat(cutStream, 3)
	var first bytes.Buffer
	code, _ := postRendered(strings.NewReader(text), &first)
	require.Equal(t, exitClean, code)
	for range 100 {
		var again bytes.Buffer
		code, _ := postRendered(strings.NewReader(text), &again)
		require.Equal(t, exitClean, code)
		require.Equal(t, first.String(), again.String())
	}
}
