package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// set is a StatefulSet with one claim template; spec is added to its spec.
func set(spec string) string {
	return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db\nspec:\n  volumeClaimTemplates:\n  - metadata: {name: data}\n" + spec
}

func TestClaimOutlivesRelease(t *testing.T) {
	check(t, rules.ClaimOutlivesRelease, []scenario{
		{
			name:     "no policy",
			template: set(""),
			want:     []string{"warning StatefulSet/db spec.volumeClaimTemplates"},
		},
		{
			name:     "a policy of null",
			template: set("  persistentVolumeClaimRetentionPolicy: null\n"),
			want:     []string{"warning StatefulSet/db spec.volumeClaimTemplates"},
		},
		{
			name:     "an empty policy",
			template: set("  persistentVolumeClaimRetentionPolicy: {}\n"),
			want:     []string{"warning StatefulSet/db spec.volumeClaimTemplates"},
		},
		{
			name: "several templates are one finding",
			template: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  volumeClaimTemplates:\n" +
				"  - metadata: {name: data}\n  - metadata: {name: wal}\n",
			want: []string{"warning StatefulSet/db spec.volumeClaimTemplates"},
		},
		{
			name:     "the policy inside of a claim template",
			template: set("    spec:\n      persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n"),
			want:     []string{"warning StatefulSet/db spec.volumeClaimTemplates[0].spec.persistentVolumeClaimRetentionPolicy"},
		},
		{
			name:     "the policy beside spec",
			template: set("persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n"),
			want:     []string{"warning StatefulSet/db persistentVolumeClaimRetentionPolicy"},
		},
		{
			name:     "inside of a List",
			template: "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: StatefulSet\n  metadata: {name: db}\n  spec:\n    volumeClaimTemplates: [{metadata: {name: data}}]\n",
			want:     []string{"warning StatefulSet/db spec.volumeClaimTemplates"},
		},
		{
			name:     "a policy of Retain",
			template: set("  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}\n"),
		},
		{
			name:     "a policy for scaling alone",
			template: set("  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n"),
		},
		{
			name:     "a stated policy and a misplaced one",
			template: set("    spec:\n      persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n"),
		},
		{
			name:     "no claim templates",
			template: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  volumeClaimTemplates: []\n",
		},
		{
			name:     "a hook is not part of the release",
			template: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db\n  annotations: {helm.sh/hook: post-install}\nspec:\n  volumeClaimTemplates: [{metadata: {name: data}}]\n",
		},
		{
			name:     "another group's kind of that name",
			template: "apiVersion: apps.example.com/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  volumeClaimTemplates: [{metadata: {name: data}}]\n",
		},
	})
}

func TestClaimOutlivesReleaseMessage(t *testing.T) {
	claim := "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: grafana}\n"
	user := "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: grafana}\nspec: {template: {spec: {volumes: [{name: d, persistentVolumeClaim: {claimName: grafana}}]}}}\n"
	const behind = "helm uninstall leaves the claims of this StatefulSet behind (data-db-0) without Helm's ownership annotations"
	const untied = ", and no label ties them to the release"
	const next = "; the next install finds their old data"
	for _, s := range []struct{ name, template, want string }{
		{"labels of the template", strings.ReplaceAll(set(""), "{name: data}", "{name: data, labels: {release: {{ .Release.Name }}}}"), behind + next},
		{"labels of the selector", set("  selector: {matchLabels: {app: \"{{ .Release.Name }}-db\"}}\n"), behind + next},
		{"labels that name something else", set("  selector: {matchLabels: {app.kubernetes.io/instance: db}}\n"), behind + untied + next},
		{"a claim that nobody mounts", set("") + claim, behind + untied + next},
		{"half of the state", set("") + claim + user, behind + untied + next + ", while uninstall deletes PersistentVolumeClaim/grafana: half of the state survives"},
		{"an ordinary claim that is kept", set("") + claim[:len(claim)-2] + ", annotations: {helm.sh/resource-policy: keep}}\n", behind + untied + next},
		{"the wrong level", set("    spec:\n      persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}\n"), behind + untied + next +
			"; spec.volumeClaimTemplates[0].spec.persistentVolumeClaimRetentionPolicy is at the wrong level, where it has no effect: it belongs in spec"},
		{"another first ordinal", set("  ordinals: {start: 3}\n"), "helm uninstall leaves the claims of this StatefulSet behind (data-db-3) without Helm's ownership annotations" + untied + next},
	} {
		t.Run(s.name, func(t *testing.T) {
			findings := found(t, rules.ClaimOutlivesRelease, s.template, "")
			require.Len(t, findings, 1)
			assert.Equal(t, s.want, findings[0].Message)
		})
	}
}

func TestClaimOutlivesReleaseOnBareManifests(t *testing.T) {
	for labels, want := range map[string]bool{"app.kubernetes.io/instance": false, "release": false, "app": true} {
		stream, err := manifest.Parse([]byte(set("  selector: {matchLabels: {" + labels + ": db}}\n")))
		require.NoError(t, err)
		findings := lint.Run(lint.Subject{Stream: stream}, []*lint.Rule{rules.ClaimOutlivesRelease})
		require.Len(t, findings, 1)
		assert.Equal(t, want, strings.Contains(findings[0].Message, "no label ties them"), labels)
	}
}

func TestClaimOutlivesReleaseFixedToDelete(t *testing.T) {
	stream, err := manifest.Parse([]byte(set("")))
	require.NoError(t, err)
	rule := []*lint.Rule{rules.ClaimOutlivesRelease}
	fixed, _, err := fix.Apply(stream, lint.Run(lint.Subject{Stream: stream}, rule), fix.Options{
		Rules: rule, Select: fix.All(), FixOptions: lint.FixOptions{Retention: lint.RetentionDelete},
	})
	require.NoError(t, err)
	assert.Equal(t, set("  persistentVolumeClaimRetentionPolicy:\n    whenDeleted: Delete\n    whenScaled: Retain\n"), string(fixed.Bytes()))
}

func TestClaimOutlivesReleaseLeavesMisplacedPolicy(t *testing.T) {
	findings := found(t, rules.ClaimOutlivesRelease, set("    spec:\n      persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n"), "")
	require.Len(t, findings, 1)
	assert.Empty(t, findings[0].Fixable)
}
