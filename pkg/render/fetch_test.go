package render

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
)

// fakeHelm is a program that writes its arguments, one a line, into the file
// that it returns too, and then does what the shell script says. $DEST is
// where pull is to put the chart, $PACKED an archive of one.
func fakeHelm(t *testing.T, script string) (helm, args string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", t.TempDir())
	packed, err := chartutil.Save(&chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: "redis", Version: "1.2.3"}}, dir)
	require.NoError(t, err)
	helm, args = filepath.Join(dir, "helm"), filepath.Join(dir, "args")
	text := "#!/bin/sh\nprintf '%s\\n' \"$@\" >>" + args + "\nDEST=$3 PACKED=" + packed + "\n" + script + "\n"
	require.NoError(t, os.WriteFile(helm, []byte(text), 0o755))
	return helm, args
}

// nothingIsLeft checks that every temporary folder has been removed.
func nothingIsLeft(t *testing.T) {
	t.Helper()
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestPullAsks(t *testing.T) {
	tests := map[string]struct {
		fetcher *Fetcher
		name    string
		want    string
	}{
		"repo/chart":                 {&Fetcher{}, "bitnami/redis", "-- bitnami/redis"},
		"version":                    {&Fetcher{Version: "^1"}, "bitnami/redis", "--version ^1 -- bitnami/redis"},
		"own version":                {&Fetcher{Version: "^1"}, "bitnami/redis@1.2.3", "--version 1.2.3 -- bitnami/redis"},
		"--repo":                     {&Fetcher{Repo: "https://host/charts"}, "redis", "--repo https://host/charts -- redis"},
		"an address is in no --repo": {&Fetcher{Repo: "https://host/charts"}, "oci://host/redis", "-- oci://host/redis"},
		"credentials": {&Fetcher{Username: "me", Password: "secret", CAFile: "ca.pem", PlainHTTP: true}, "oci://host/redis",
			"--username me --password secret --ca-file ca.pem --plain-http -- oci://host/redis"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			helm, args := fakeHelm(t, `cp $PACKED $DEST/whatever && touch $DEST/whatever.prov`)
			test.fetcher.Helm = helm
			assert.True(t, test.fetcher.Fetches(test.name))
			c, err := test.fetcher.Load(t.Context(), "", test.name)
			require.NoError(t, err)
			assert.Equal(t, "redis", c.Name)
			assert.Equal(t, "1.2.3", c.Version)
			asked, err := os.ReadFile(args)
			require.NoError(t, err)
			words := strings.Fields(string(asked))
			assert.Equal(t, []string{"pull", "--destination"}, words[:2])
			assert.Equal(t, test.want, strings.Join(words[3:], " "))
			nothingIsLeft(t)
		})
	}
}

func TestPullFails(t *testing.T) {
	tests := map[string]struct {
		script  string
		fetcher *Fetcher
		name    string
		want    string
	}{
		"Helm's words": {"echo 'level=WARN msg=\"Error: not this\"' >&2; echo 'Error: no such chart' >&2; echo 'try another' >&2; exit 1", &Fetcher{}, "oci://host/redis",
			"fetch oci://host/redis by helm pull: no such chart\ntry another"},
		"what was asked": {"echo 'Error: no' >&2; exit 1", &Fetcher{Repo: "https://me:secret@host", Version: "^9"}, "redis",
			"fetch redis version ^9 from https://me:xxxxx@host by helm pull: no"},
		"perhaps a path":    {"echo 'Error: repo charts not found' >&2; exit 1", &Fetcher{}, "charts/rdis", `there is no file or folder "charts/rdis", and helm pull does not fetch it: repo charts not found`},
		"no word":           {"exit 3", &Fetcher{}, "oci://host/redis", "exit status 3"},
		"nothing there":     {"exit 0", &Fetcher{}, "oci://host/redis", "helm pull has left 0 files where one archive is expected"},
		"two there":         {"touch $DEST/a.tgz $DEST/b.tgz", &Fetcher{}, "oci://host/redis", "has left 2 files where one archive is expected: a.tgz, b.tgz"},
		"no archive":        {"echo text >$DEST/a.tgz", &Fetcher{}, "oci://host/redis", "does not appear to be a gzipped archive"},
		"password in words": {"echo 'Error: 401 for https://me:secret@host/redis.tgz' >&2; exit 1", &Fetcher{}, "https://me:secret@host/redis.tgz", "by helm pull: 401 for https://me:xxxxx@host/redis.tgz"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.fetcher.Helm, _ = fakeHelm(t, test.script)
			_, err := test.fetcher.Load(t.Context(), "", test.name)
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "secret")
			nothingIsLeft(t)
		})
	}
	t.Run("no Helm", func(t *testing.T) {
		_, err := (&Fetcher{Helm: filepath.Join(t.TempDir(), "helm")}).Load(t.Context(), "", "oci://host/redis")
		require.ErrorContains(t, err, "name it in HELM_BIN")
		t.Setenv("PATH", "")
		_, err = (&Fetcher{}).Load(t.Context(), "", "oci://host/redis")
		require.ErrorContains(t, err, "helm is not to be found")
	})
	t.Run("it is enough", func(t *testing.T) {
		helm, args := fakeHelm(t, "exec sleep 60")
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("enough")
		go func() {
			for { // until Helm runs
				if _, err := os.Stat(args); err == nil || t.Context().Err() != nil {
					cancel(enough)
					return
				}
			}
		}()
		_, err := (&Fetcher{Helm: helm}).Load(ctx, "", "oci://host/redis")
		require.ErrorIs(t, err, enough)
		nothingIsLeft(t)
	})
}

// TestNothingIsFetchedUnasked: Helm is not run for what is no reference, nor
// for anything that a chart says.
func TestNothingIsFetchedUnasked(t *testing.T) {
	helm, args := fakeHelm(t, "exit 1")
	dir := tree(t, map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x oci://host/charts"), "bitnami/redis/Chart.yaml": metadata("redis", "1.0.0")})
	t.Chdir(dir)
	f := &Fetcher{Helm: helm, Repo: "https://host", Version: "1.0.0"}
	for _, name := range []string{"app", "bitnami/redis"} {
		assert.False(t, f.Fetches(name))
		_, err := f.Load(t.Context(), "", name)
		require.NoError(t, err)
	}
	_, err := f.Load(t.Context(), "", "./nowhere/redis")
	require.EqualError(t, err, `load chart: there is no file or folder "./nowhere/redis"`)
	var none *Fetcher
	assert.False(t, none.Fetches("oci://host/redis"))
	_, err = none.Load(t.Context(), "", "oci://host/redis")
	require.ErrorContains(t, err, "there is no file or folder")
	assert.NoFileExists(t, args)
}

func TestDependencyBuildOnACopy(t *testing.T) {
	helm, args := fakeHelm(t, `[ -e "$3/Chart.yaml" ] && mkdir -p "$3/charts" && cp $PACKED "$3/charts/"`)
	dir := tree(t, map[string]string{
		"app/Chart.yaml": metadata("app", "1.0.0", "redis 1.x oci://host/charts", "db 1.x file://../lib/db"), "app/templates/a.yaml": configMap,
		"lib/db/Chart.yaml": metadata("db", "1.0.0", "redis 1.x oci://host/charts"), "lib/db/templates/a.yaml": configMap,
		"whole/Chart.yaml": metadata("whole", "1.0.0", "db 1.x file://../plain"), "plain/Chart.yaml": metadata("db", "1.0.0"),
	})
	before := listing(t, dir)
	f := &Fetcher{Helm: helm, Username: "me", Password: "secret", BuildDependencies: true}
	c, err := f.Load(t.Context(), dir, filepath.Join(dir, "app"))
	require.NoError(t, err)
	assert.Equal(t, []string{"app/charts/db/templates/a.yaml", "app/templates/a.yaml"}, sources(t, c))
	asked, err := os.ReadFile(args)
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(string(asked), "dependency\nbuild\n"))
	assert.Less(t, strings.Index(string(asked), "/lib/db\n"), strings.Index(string(asked), "/app\n"), "a dependency goes first")
	assert.NotContains(t, string(asked), "secret", "the password is not for addresses that a chart names")
	assert.Equal(t, before, listing(t, dir), "the user's folder is left alone")
	nothingIsLeft(t)

	require.NoError(t, os.Remove(args))
	_, err = f.Load(t.Context(), "", filepath.Join(dir, "whole"))
	require.NoError(t, err)
	assert.NoFileExists(t, args, "file:// dependencies need no Helm")

	archive := filepath.Join(dir, "app-1.0.0.tgz")
	_, err = chartutil.Save(&chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: "app", Version: "1.0.0", Dependencies: []*chart.Dependency{{Name: "redis", Version: "1.x", Repository: "oci://host"}}}}, dir)
	require.NoError(t, err)
	c, err = LoadBelow("", archive)
	require.NoError(t, err)
	_, err = c.Renderer(Options{})
	require.EqualError(t, err, "the archive lacks the dependencies redis of its Chart.yaml: give --dependency-build to fetch them")
	c, err = f.Load(t.Context(), "", archive)
	require.NoError(t, err)
	_, err = c.Renderer(Options{})
	require.NoError(t, err)

	f.Helm, _ = fakeHelm(t, `echo "Error: no repository for $3" >&2; exit 1`)
	_, err = f.Load(t.Context(), dir, filepath.Join(dir, "app"))
	require.EqualError(t, err, "helm dependency build for "+dir+"/app: no repository for "+dir+"/lib/db")
	nothingIsLeft(t)
}

// listing is every file below a folder, with its time.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil {
			out = append(out, path+" "+info.ModTime().String())
		}
		return err
	}))
	return out
}
