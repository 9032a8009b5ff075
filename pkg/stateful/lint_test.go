package stateful_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

const charts = "../../testdata/charts"

// lintFixture lints a chart of testdata, with a values file of its own if one
// is named.
func lintFixture(t *testing.T, name, valuesFile string) *report.Report {
	t.Helper()
	var o stateful.LintOptions
	if valuesFile != "" {
		values, err := render.ValueFlags{Files: []string{filepath.Join(charts, name, valuesFile)}}.Merge()
		require.NoError(t, err)
		o.Values = values
	}
	r, err := stateful.Lint(t.Context(), []string{filepath.Join(charts, name)}, o)
	require.NoError(t, err)
	require.Empty(t, r.Charts[0].Error)
	return r
}

// lines are the findings, one a line.
func lines(findings []lint.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, f.Severity.String()+" "+f.Rule+" "+f.Object.String())
	}
	slices.Sort(out)
	return out
}

// TestFixtures lints every chart of testdata: each shows its own hazard and,
// but for the models of real charts, no other.
func TestFixtures(t *testing.T) {
	tests := []struct {
		chart, values string
		want          []string
	}{
		// The five failures that must always be caught.
		{chart: "devlake-mysql-claim-outlives-release", want: []string{
			"info regenerated-secret Secret/release-name-devlake-encryption",
			"warning claim-deleted-with-release PersistentVolumeClaim/release-name-grafana",
			"warning claim-outlives-release StatefulSet/release-name-devlake-mysql",
			"warning secret-lost-data-kept Secret/release-name-devlake-encryption",
			"warning shared-name Secret/devlake-mysql-auth",
		}},
		{chart: "grafana-volume-name-lookup", want: []string{
			"error lookup-in-immutable-field PersistentVolumeClaim/release-name-grafana",
		}},
		{chart: "erda-operator-removed-first", want: []string{
			"info service-not-found StatefulSet/release-name-erda-search",
			"warning foreign-affinity StatefulSet/release-name-erda-search",
			"warning operator-removed-before-instances Deployment/release-name-erda-cache-operator",
			"warning operator-removed-before-instances Deployment/release-name-erda-operator",
		}},
		{chart: "matomo-cronjob-claim", values: "ci/existing-claim-values.yaml", want: []string{
			"error claim-not-found CronJob/release-name-matomo-archive",
			"info claim-not-found Deployment/release-name-matomo",
		}},
		{chart: "kubeblocks-restore-affinity", want: []string{
			"error foreign-affinity Backup/release-name-restored-from",
			"error foreign-affinity Cluster/release-name",
		}},
		// One hazard each.
		{chart: "matomo-cronjob-claim", want: []string{ // with its ci/ values
			"error claim-not-found CronJob/release-name-matomo-archive",
			"info claim-not-found Deployment/release-name-matomo",
			"warning cronjob-shares-exclusive-claim CronJob/release-name-matomo-archive",
		}},
		{chart: "claim-cannot-bind", want: []string{"error claim-cannot-bind PersistentVolumeClaim/release-name-streamer"}},
		{chart: "claim-not-found", want: []string{"error claim-not-found Job/release-name-library-seed"}},
		{chart: "claim-deleted-with-release", want: []string{"warning claim-deleted-with-release PersistentVolumeClaim/release-name-wiki"}},
		{chart: "claim-outlives-release", want: []string{"warning claim-outlives-release StatefulSet/release-name-queue"}},
		{chart: "hook-deletes-claim", want: []string{
			"error hook-deletes-claim PersistentVolumeClaim/release-name-gallery-photos",
			"error resource-policy-ignored PersistentVolumeClaim/release-name-gallery-photos",
		}},
		{chart: "resource-policy-ignored", want: []string{
			"error resource-policy-ignored PersistentVolumeClaim/release-name-shop-index",
			"error resource-policy-ignored PersistentVolumeClaim/release-name-shop-thumbnails",
			"error resource-policy-ignored PersistentVolumeClaim/release-name-shop-uploads",
		}},
		{chart: "definition-deleted-with-release", want: []string{
			"error definition-deleted-with-release CustomResourceDefinition/pipelines.build.example.com",
			"error definition-deleted-with-release Namespace/default-release-name-sandbox",
		}},
		{chart: "operator-removed-before-instances", want: []string{"warning operator-removed-before-instances Deployment/release-name-vault-operator"}},
		{chart: "finalizer-blocks-deletion", want: []string{"warning finalizer-blocks-deletion ConfigMap/release-name-zones"}},
		{chart: "storage-reclaimed", want: []string{"info storage-reclaimed StorageClass/default-release-name-journal-fast"}},
		{chart: "foreign-affinity", want: []string{"warning foreign-affinity StatefulSet/release-name-store"}},
		{chart: "rolling-update-on-exclusive-claim", want: []string{"warning rolling-update-on-exclusive-claim Deployment/release-name-registry"}},
		{chart: "concurrent-jobs-on-claim", want: []string{"warning concurrent-jobs-on-claim CronJob/release-name-mirror"}},
		{chart: "replicas-reset-on-upgrade", want: []string{"warning replicas-reset-on-upgrade StatefulSet/release-name-shards"}},
		{chart: "replicas-share-exclusive-claim", want: []string{"error replicas-share-exclusive-claim Deployment/release-name-courses"}},
		{chart: "cronjob-shares-exclusive-claim", want: []string{"warning cronjob-shares-exclusive-claim CronJob/release-name-forum-cleanup"}},
		{chart: "lookup-in-immutable-field", want: []string{"error lookup-in-immutable-field StatefulSet/release-name-ledger"}},
		{chart: "volume-falls-back-to-emptydir", want: []string{
			"error volume-falls-back-to-emptydir Deployment/release-name-album",
		}},
		{chart: "refused-by-api-server", want: []string{"error refused-by-api-server Deployment/release-name-notes"}},
		{chart: "job-changes-on-upgrade", want: []string{"error job-changes-on-upgrade Job/release-name-migrate"}},
		{chart: "lookup-gates-object", want: []string{"error lookup-gates-object PersistentVolumeClaim/release-name-photos"}},
		{chart: "random-in-immutable-field", want: []string{"error random-in-immutable-field Deployment/release-name-agent"}},
		{chart: "recreate-keeps-rolling-update", want: []string{"error recreate-keeps-rolling-update Deployment/release-name-indexer"}},
		{chart: "server-default-overwritten", want: []string{"error server-default-overwritten PersistentVolumeClaim/release-name-mail"}},
		{chart: "version-in-immutable-field", want: []string{"error version-in-immutable-field StatefulSet/release-name-queue"}},
		{chart: "existing-claim-ignored"}, // shown by a probe
		{chart: "hook-before-its-volume", want: []string{"error hook-before-its-volume Job/release-name-atlas-fill"}},
		{chart: "hook-blocks-retry", want: []string{"warning hook-blocks-retry Job/release-name-tickets-migrate"}},
		{chart: "namespace-hard-coded", want: []string{"warning namespace-hard-coded ConfigMap/release-name-invoices"}},
		{chart: "service-not-found", want: []string{"warning service-not-found StatefulSet/release-name-quorum"}},
		{chart: "shared-name", want: []string{"warning shared-name StatefulSet/search-master"}},
		{chart: "kept-object-blocks-install", want: []string{
			"info kept-object-blocks-install PersistentVolumeClaim/notes-data",
			"warning shared-name PersistentVolumeClaim/notes-data",
		}},
		{chart: "secret-lost-data-kept", want: []string{
			"error secret-lost-data-kept Secret/release-name-ledger",
			"info regenerated-secret Secret/release-name-ledger",
		}},
		{chart: "regenerated-secret", want: []string{"error regenerated-secret Secret/release-name-orders"}},
		// No hazard at all.
		{chart: "clean"},
		{chart: "parity"},
		{chart: "parity", values: "ci/indexer-values.yaml"},
	}
	covered := map[string]bool{}
	for _, test := range tests {
		covered[test.chart] = true
		t.Run(test.chart+" "+test.values, func(t *testing.T) {
			got := lintFixture(t, test.chart, test.values).Findings
			assert.Equal(t, test.want, lines(got))
			for _, f := range got {
				assert.NotZero(t, f.Manifest.Line)
				require.NotNil(t, f.Template)
				assert.FileExists(t, filepath.Join(charts, test.chart, f.Template.Path))
			}
		})
	}
	folders, err := filepath.Glob(charts + "/*/Chart.yaml")
	require.NoError(t, err)
	for _, chart := range folders {
		assert.True(t, covered[filepath.Base(filepath.Dir(chart))], "%s has no expectation", chart)
	}
}

// TestEveryRuleHasAFixture: a chart under testdata triggers each rule end to end.
func TestEveryRuleHasAFixture(t *testing.T) {
	folders, err := filepath.Glob(charts + "/*/Chart.yaml")
	require.NoError(t, err)
	var paths []string
	for _, f := range folders {
		paths = append(paths, filepath.Dir(f))
	}
	r, err := stateful.Lint(t.Context(), paths, stateful.LintOptions{Probe: true})
	require.NoError(t, err)
	pairs, err := filepath.Glob("../../testdata/compare/*")
	require.NoError(t, err)
	for _, pair := range pairs {
		compared, err := stateful.Compare(t.Context(), pair+"/old", pair+"/new", stateful.LintOptions{})
		require.NoError(t, err)
		assert.Equal(t, filepath.Base(pair), compared.Findings[0].Rule, "a pair of versions shows its own hazard")
		assert.Len(t, compared.Findings, 1)
		r.Findings = append(r.Findings, compared.Findings...)
	}
	for _, rule := range rules.All() {
		assert.True(t, slices.ContainsFunc(r.Findings, func(f lint.Finding) bool { return f.Rule == rule.Name }), "no chart triggers %s", rule.Name)
	}
}

// TestFixedFixturesStayWhole post-renders every chart: without fixes nothing
// changes, with all of them no object is lost and no finding of a fixed rule
// is left.
func TestFixedFixturesStayWhole(t *testing.T) {
	folders, err := filepath.Glob(charts + "/*/Chart.yaml")
	require.NoError(t, err)
	for _, path := range folders {
		name := filepath.Base(filepath.Dir(path))
		t.Run(name, func(t *testing.T) {
			text, err := stateful.Template(t.Context(), filepath.Dir(path), stateful.LintOptions{})
			require.NoError(t, err)
			out, _, err := fix.PostRender(text, fix.Options{Rules: rules.All()})
			require.NoError(t, err)
			assert.Equal(t, string(text), string(out))

			out, findings, err := fix.PostRender(text, fix.Options{Rules: rules.All(), Select: fix.All()})
			require.NoError(t, err)
			_, again, err := fix.PostRender(out, fix.Options{Rules: rules.All()})
			require.NoError(t, err)
			for _, f := range findings {
				assert.Empty(t, f.Unfixed)
				if f.Fixed {
					assert.False(t, slices.ContainsFunc(again, func(a lint.Finding) bool { return a.Fingerprint == f.Fingerprint }), "%s is still found", f.Rule)
				}
			}
		})
	}
}

func TestBrokenChartsDoNotStopTheOthers(t *testing.T) {
	want := map[string]string{
		charts + "/broken/missing-dependency":  "charts/ lacks the dependencies cache of Chart.yaml: run `helm dependency build",
		charts + "/broken/schema-violation":    "at '/port': got string, want integer",
		charts + "/broken/template-error":      "set host to the name that the site is reached by",
		charts + "/broken/yaml-error":          "YAML parse error on yaml-error/templates/configmap.yaml",
		charts + "/broken/library":             "it is a library chart",
		charts + "/broken/not-a-chart":         "holds no Chart.yaml",
		charts + "/claim-deleted-with-release": "",
	}
	paths := slices.Collect(maps.Keys(want)) // in any order
	r, err := stateful.Lint(t.Context(), paths, stateful.LintOptions{})
	require.NoError(t, err)
	require.Len(t, r.Charts, len(want))
	for _, c := range r.Charts {
		assert.Contains(t, c.Error, want[c.Path])
		assert.Equal(t, want[c.Path] == "", c.Error == "", c.Error)
		assert.LessOrEqual(t, strings.Count(c.Error, "\n"), 3, "one clear error")
	}
	assert.True(t, slices.IsSortedFunc(r.Charts, func(a, b report.Chart) int { return report.ComparePaths(a.Path, b.Path) }))
	assert.Equal(t, 6, r.Failed())
	assert.Len(t, r.Findings, 1)
}

// TestProbes: the bugs that default values hide show without any flag.
func TestProbes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "matomo")
	require.NoError(t, os.CopyFS(path, os.DirFS(charts+"/matomo-cronjob-claim")))
	require.NoError(t, os.RemoveAll(path+"/ci"))
	r, err := stateful.Lint(t.Context(), []string{path}, stateful.LintOptions{Probe: true})
	require.NoError(t, err)
	require.NotEmpty(t, r.Findings)
	worst := r.Findings[0]
	assert.Equal(t, "claim-not-found", worst.Rule)
	assert.Equal(t, "--set persistence.existingClaim=claim-of-yours-1", worst.Case)
	assert.Contains(t, worst.Message, `the release's other pods mount "claim-of-yours-1" at the same path`)
	for _, f := range r.Findings {
		assert.NotEqual(t, lint.Info, f.Severity, "a probe gives no advice about its own values")
	}

	r, err = stateful.Lint(t.Context(), []string{charts + "/clean"}, stateful.LintOptions{Probe: true})
	require.NoError(t, err)
	assert.Empty(t, lines(r.Findings))
}

// TestGivenClaimIsIgnored: a claim that the user brings is looked for without
// a probe.
func TestGivenClaimIsIgnored(t *testing.T) {
	values := map[string]any{"persistence": map[string]any{"existingClaim": "mine"}}
	r, err := stateful.Lint(t.Context(), []string{charts + "/existing-claim-ignored"}, stateful.LintOptions{Values: values})
	require.NoError(t, err)
	assert.Equal(t, []string{"error existing-claim-ignored StatefulSet/release-name-graph"}, lines(r.Findings))
}

// TestGivenSecretOfASubChart: where no password tells which Secret a value is to
// take the place of, the sub chart does.
func TestGivenSecretOfASubChart(t *testing.T) {
	dir := versionOf(t, map[string]string{
		"values.yaml":                  "mail: {existingSecret: \"\"}\n",
		"templates/web.yaml":           "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Release.Name }}-web}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a, envFrom: [{secretRef: {name: '{{ .Release.Name }}-db'}}]}]}}}\n",
		"charts/db/Chart.yaml":         "apiVersion: v2\nname: db\nversion: 1.0.0\n",
		"charts/db/values.yaml":        "tls: {existingSecret: \"\"}\nauth: {users: [], existingSecret: \"\"}\n",
		"charts/db/templates/own.yaml": "{{- if not .Values.auth.existingSecret }}\napiVersion: v1\nkind: Secret\nmetadata: {name: {{ .Release.Name }}-db}\nstringData: {password: x}\n{{- end }}\n",
	})
	r, err := stateful.Lint(t.Context(), []string{dir}, stateful.LintOptions{Probe: true, Rules: []*lint.Rule{rules.ExistingClaimIgnored}})
	require.NoError(t, err)
	require.Len(t, r.Findings, 1)
	assert.Contains(t, r.Findings[0].Message, "db.auth.existingSecret or db.tls.existingSecret is accepted, and the chart then does not make Secret/release-name-db")
	assert.Equal(t, lint.Warning, r.Findings[0].Severity, "the chart itself has not offered the value")

	user := map[string]any{"db": map[string]any{"auth": map[string]any{"existingSecret": "mine"}}}
	r, err = stateful.Lint(t.Context(), []string{dir}, stateful.LintOptions{Values: user, Rules: []*lint.Rule{rules.ExistingClaimIgnored}})
	require.NoError(t, err)
	require.Len(t, r.Findings, 1)
	assert.Equal(t, lint.Error, r.Findings[0].Severity, "somebody gives it")
}

func TestCasesAreMerged(t *testing.T) {
	r, err := stateful.Lint(t.Context(), []string{charts + "/matomo-cronjob-claim"}, stateful.LintOptions{Probe: true})
	require.NoError(t, err)
	worst := r.Findings[0]
	assert.Equal(t, "ci/existing-claim-values.yaml", worst.Case)
	assert.Equal(t, []string{"ci/existing-claim-values.yaml", "--set persistence.existingClaim=claim-of-yours-1"}, worst.Cases)
	seen := map[string]bool{}
	for _, f := range r.Findings {
		assert.False(t, seen[f.Fingerprint], "%s is there twice", f.Rule)
		seen[f.Fingerprint] = true
	}
}

func TestFolderOfCharts(t *testing.T) {
	r, err := stateful.Lint(t.Context(), []string{charts + "/broken"}, stateful.LintOptions{})
	require.NoError(t, err)
	var names, notes []string
	for _, c := range r.Charts {
		names = append(names, c.Chart)
		notes = append(notes, c.Note)
	}
	assert.Equal(t, []string{"library", "missing-dependency", "schema-violation", "template-error", "yaml-error"}, names)
	assert.Equal(t, "left out: a library chart has nothing to install", notes[0])
	assert.Equal(t, 4, r.Failed())
}

func TestArchive(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "chart.tgz")
	packChart(t, filepath.Join(charts, "claim-deleted-with-release"), archive)
	r, err := stateful.Lint(t.Context(), []string{archive}, stateful.LintOptions{})
	require.NoError(t, err)
	assert.Equal(t, []string{"warning claim-deleted-with-release PersistentVolumeClaim/release-name-wiki"}, lines(r.Findings))
}

func TestReleaseAndRulesAreChosen(t *testing.T) {
	r, err := stateful.Lint(t.Context(), []string{charts + "/devlake-mysql-claim-outlives-release"}, stateful.LintOptions{
		Rules: []*lint.Rule{rules.ClaimOutlivesRelease},
	})
	require.NoError(t, err)
	require.Len(t, r.Findings, 1)
	assert.Equal(t, manifest.ID{APIVersion: "apps/v1", Kind: "StatefulSet", Name: "release-name-devlake-mysql"}, r.Findings[0].Object)
}

func TestChartsOfOneCallKeepTheirOrder(t *testing.T) {
	var paths []string
	for range 5 {
		paths = append(paths, charts+"/clean", charts+"/claim-not-found", charts+"/broken/library")
	}
	one, err := stateful.Lint(t.Context(), paths, stateful.LintOptions{Workers: 1})
	require.NoError(t, err)
	many, err := stateful.Lint(t.Context(), paths, stateful.LintOptions{Workers: 8})
	require.NoError(t, err)
	assert.Equal(t, one.Charts, many.Charts)
	assert.Equal(t, lines(one.Findings), lines(many.Findings))
}

func TestTimeoutNamesTheChartAndSparesTheOthers(t *testing.T) {
	slow := t.TempDir()
	require.NoError(t, os.Mkdir(slow+"/templates", 0o755))
	require.NoError(t, os.WriteFile(slow+"/Chart.yaml", []byte("apiVersion: v2\nname: slow\nversion: 1.0.0\n"), 0o644))
	require.NoError(t, os.WriteFile(slow+"/templates/a.yaml", []byte("{{ range until 2000 }}{{ range until 2000 }}{{ end }}{{ end }}"), 0o644))
	r, err := stateful.Lint(t.Context(), []string{slow, charts + "/clean"}, stateful.LintOptions{Timeout: time.Millisecond * 20, Workers: 1})
	require.NoError(t, err)
	assert.Contains(t, r.Charts[0].Error, "the chart took more than 20ms")
}

func TestCancelledCallIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := stateful.Lint(ctx, []string{charts + "/clean"}, stateful.LintOptions{})
	require.ErrorIs(t, err, context.Canceled)
}

// TestSources: charts by reference, and manifests, for programs that embed us.
func TestSources(t *testing.T) {
	chart, err := filepath.Abs(filepath.Join(charts, "claim-deleted-with-release"))
	require.NoError(t, err)
	dir := t.TempDir()
	packChart(t, chart, filepath.Join(dir, "chart.tgz"))
	helm := filepath.Join(dir, "helm")
	require.NoError(t, os.WriteFile(helm, []byte("#!/bin/sh\ncp "+dir+"/chart.tgz $3/\n"), 0o755))
	o := stateful.LintOptions{Fetcher: &render.Fetcher{Helm: helm}}

	r, err := stateful.Lint(t.Context(), []string{"oci://me:secret@host/chart"}, o)
	require.NoError(t, err)
	assert.Empty(t, r.Charts[0].Error)
	assert.Equal(t, "oci://me:xxxxx@host/chart", r.Charts[0].Path)
	require.NotEmpty(t, r.Findings)
	assert.Equal(t, r.Charts[0].Path, r.Findings[0].ChartPath)

	r, err = stateful.Compare(t.Context(), "oci://host/chart", chart, o)
	require.NoError(t, err)
	assert.Empty(t, r.Findings)

	_, err = stateful.Plan(t.Context(), "oci://host/chart", stateful.LintOptions{})
	require.ErrorContains(t, err, `there is no file or folder "oci://host/chart"`)

	o.Stdin = strings.NewReader("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n")
	r, err = stateful.Lint(t.Context(), []string{stateful.Stream}, o)
	require.NoError(t, err)
	assert.Equal(t, report.Chart{Path: "-"}, r.Charts[0])
	assert.Equal(t, []string{"warning claim-deleted-with-release PersistentVolumeClaim/data"}, lines(r.Findings))
	r, err = stateful.Lint(t.Context(), []string{stateful.Stream}, stateful.LintOptions{})
	require.NoError(t, err)
	assert.Equal(t, "there is no standard input to read", r.Charts[0].Error)
}
