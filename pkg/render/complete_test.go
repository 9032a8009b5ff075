package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

func TestCompleted(t *testing.T) {
	const values = "password: ''\nlake: {secret: '', taken: x}\nflag: false\n"
	tests := map[string]struct{ template, sub, want string }{
		"a path in the words":         {template: `{{ fail "the test requires lake.secret." }}`, want: "--set lake.secret=value-of-yours-1"},
		"two paths, one with a value": {template: `{{ fail "set lake.secret or lake.taken, or .Values.password" }}`, want: "--set lake.secret=value-of-yours-1,password=value-of-yours-2"},
		"required":                    {template: `{{ required "A valid .Values.password is required!" .Values.password }}`, want: "--set password=value-of-yours-1"},
		"in a sub chart":              {sub: `{{ required "auth.password must be set" .Values.auth.password }}`, want: "--set sub.auth.password=value-of-yours-1"},
		"a word is no path":           {template: `{{ fail "password is missing" }}`},
		"nothing that is empty":       {template: `{{ fail "lake.taken is wrong, and so is no.such.value" }}`},
		"no words of the chart":       {template: `{{ .Values.password.secret.more }}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := renderer(t, map[string]string{
				"values.yaml":                 values,
				"templates/a.yaml":            test.template,
				"Chart.yaml":                  chartYAML + "dependencies: [{name: sub, version: 1.0.0}]\n",
				"charts/sub/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
				"charts/sub/values.yaml":      "auth: {password: ''}\n",
				"charts/sub/templates/a.yaml": test.sub,
			}, Options{})
			require.NoError(t, err)
			_, failure := r.Render(t.Context(), lifecycle.Inputs{Release: lifecycle.Release{Name: "rel", Namespace: "prod"}, Revision: 1})
			require.Error(t, failure)
			c, ok := r.Completed(failure)
			assert.Equal(t, test.want != "", ok)
			assert.Equal(t, test.want, c.Name)
			assert.False(t, c.Probe)
		})
	}
}
