package engine

import (
	"os"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
)

func TestOtherHelm(t *testing.T) {
	helm := func(version string) *debug.Module { return &debug.Module{Path: "helm.sh/helm/v3", Version: version} }
	replaced := helm(tested)
	replaced.Replace = &debug.Module{Path: "../helm"}
	for _, test := range []struct {
		name string
		deps []*debug.Module
		want bool
	}{
		{"the tested one", []*debug.Module{helm(tested)}, false},
		{"a later one", []*debug.Module{{Path: "a", Version: "v1.0.0"}, helm("v3.23.0")}, true},
		{"somebody's own", []*debug.Module{replaced}, true},
		{"a build that does not say", nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, otherHelm(&debug.BuildInfo{Deps: test.deps}))
		})
	}
}

// TestTested fails where go.mod names another Helm: the parts that are used here
// are to be read again then.
func TestTested(t *testing.T) {
	text, err := os.ReadFile("../../../go.mod")
	require.NoError(t, err)
	assert.Contains(t, string(text), "\thelm.sh/helm/v3 "+tested+"\n")
}

func TestAnotherHelmRendersByItself(t *testing.T) {
	c := &chart.Chart{Metadata: &chart.Metadata{Name: "c"}, Templates: []*chart.File{{Name: "templates/a", Data: []byte("a {{ .Release.Name }}")}}}
	rendered, err := (&Engine{other: true}).Render(c, chartutil.Values{"Values": chartutil.Values{}, "Release": map[string]any{"Name": "r"}}, Options{})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"c/templates/a": "a r"}, rendered.Files)
	assert.False(t, rendered.Apart, "nobody has looked")
}
