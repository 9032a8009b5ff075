package render

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/madeup"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// FuzzSteady: whatever templates do, a renderer that remembers what they printed for
// the first revision prints what one does that has seen nothing.
func FuzzSteady(f *testing.F) {
	for i := range 256 {
		f.Add([]byte{byte(i), 0, 0, byte(i), 0, byte(255 - i), byte(i + 7), 0, 220, 0, 2, 251, 0, 0, 33, 225, 1, 2, 0})
		f.Add([]byte{201, byte(i), byte(i), 0, byte(i), 0, 0, 0, byte(i * 3), 221, 1, 0, byte(i * 7), 0, 3, byte(i), 0})
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		files := map[string]string{"values.yaml": `{a: 1, deep: {b: "{{ .Values.a }}", z: {x: 1}}, list: [{i: "{{ .Release.Name }}"}, x], text: "{{ .Release.Revision }}{{ .Values.a }}", yaml: "k: [1, {l: m}]"}`}
		for i, text := range madeup.Templates(bytes, 4) {
			files[fmt.Sprintf("templates/%d.yaml", i)] = text
		}
		dir := write(t, files)
		fresh := func() *Renderer { return rendererOf(t, dir) }
		printed := func(r *Renderer, in lifecycle.Inputs) string {
			files, err := r.print(r.chart, in, &lookups{answers: in.Lookup})
			if err != nil {
				return err.Error()
			}
			return fmt.Sprint(files)
		}
		used := fresh()
		first := printed(used, lifecycle.Inputs{Revision: 1})
		for _, step := range slices.Sorted(maps.Keys(revisions)) {
			require.Equal(t, printed(fresh(), revisions[step]), printed(used, revisions[step]), "%s %q", step, files)
		}
		require.Equal(t, first, printed(used, lifecycle.Inputs{Revision: 1}), "%q", files)
	})
}
