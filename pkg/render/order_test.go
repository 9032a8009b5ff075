package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/releaseutil"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// sortedByHelm is what Helm makes of the same files.
func sortedByHelm(files map[string]string) (string, error) {
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, m := range manifests {
		fmt.Fprintf(&b, "---\n# Source: %s\n%s\n", m.Name, m.Content)
	}
	text := strings.TrimSpace(b.String()) + "\n"
	for _, h := range hooks {
		text += fmt.Sprintf("---\n# Source: %s\n%s\n", h.Path, h.Manifest)
	}
	return text, nil
}

var documents = []string{
	"kind: Service\nmetadata: {name: a}\n---\nkind: ConfigMap\n",
	"---\nkind: Zebra\n---\n\n---\n# nothing\n---  kind: Ant\n",
	"kind: Job\nmetadata:\n  annotations: {helm.sh/hook: 'pre-install, Post-Upgrade'}\n---\nkind: ConfigMap\nmetadata: {annotations: {helm.sh/hook: test-success}}\n",
	"kind: Job\nmetadata: {annotations: {helm.sh/hook: no-such-event}}\n",
	"kind: Job\nmetadata: {annotations: {helm.sh/hook: ''}}\n---\nKIND: Secret\n---\nkind: 7\n---\nMetadata: {annotations: {helm.sh/hook: test}}\n",
	"kind: List\nitems: []\n---\nkind: SecretList\nitems: [{kind: Pod}]\n---\nkind: Namespace\n",
	"kind: Pod\nmetadata: {annotations: {a: 1, helm.sh/hook: pre-delete}}\n",
	"kind: Pod\nmetadata: {name: [1]}\n",
	"kind: Pod\nmetadata: text\n",
	"- a\n",
	"a: b: c\n",
	"\ufeffkind: Pod\n---\n\ufeffkind: Namespace\n",
	" \n\u00a0\n",
	"a: |\n  ---\n  x\n---\n---x: y\n---\t\r\n---\n",
	"%YAML 1.1\n---\nkind: Pod\n...\n---\nkind: Namespace\n",
}

func TestInInstallOrder(t *testing.T) {
	all := map[string]string{"c/templates/_helpers.tpl": "kind: Namespace"}
	for i, text := range documents {
		t.Run(fmt.Sprint(i), func(t *testing.T) { sortsAsHelm(t, map[string]string{"c/templates/x.yaml": text}) })
		if _, err := sortedByHelm(map[string]string{"x": text}); err == nil {
			all[fmt.Sprintf("c/templates/%d.yaml", i)] = text
		}
	}
	require.Greater(t, len(all), 8)
	sortsAsHelm(t, all)
}

// FuzzInInstallOrder: documents stand where Helm puts them, and Helm's mistakes
// are ours.
func FuzzInInstallOrder(f *testing.F) {
	for _, text := range documents {
		f.Add(text, documents[0])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 4096 {
			return // the YAML library is slow with some long texts
		}
		sortsAsHelm(t, map[string]string{"c/templates/a.yaml": a, "c/templates/b.yaml": b})
	})
}

func sortsAsHelm(t *testing.T, files map[string]string) {
	t.Helper()
	want, wantErr := sortedByHelm(files)
	got, err := inInstallOrder(files, manifest.NewCache())
	if wantErr != nil {
		assert.EqualError(t, err, wantErr.Error())
		return
	}
	require.NoError(t, err)
	assert.Equal(t, want, got)
}
