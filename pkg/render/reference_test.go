package render

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatIsAReference(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	require.NoError(t, os.MkdirAll("bitnami/here", 0o755))
	require.NoError(t, os.Mkdir("redis", 0o755))
	require.NoError(t, os.Symlink("nowhere", "dangling"))
	tests := []struct {
		name, repo string
		want       reference
		path       bool
	}{
		{name: "bitnami/redis", want: reference{name: "bitnami/redis"}},
		{name: "bitnami/redis@1.2.3", want: reference{name: "bitnami/redis", version: "1.2.3"}},
		{name: "oci://host/charts/redis", want: reference{name: "oci://host/charts/redis", address: true}},
		{name: "oci://host:5000/redis@1.2.3", want: reference{name: "oci://host:5000/redis", version: "1.2.3", address: true}},
		{name: "oci://host:5000/redis:1.2.3", want: reference{name: "oci://host:5000/redis:1.2.3", address: true}},
		{name: "oci://host/redis@sha256:abc", want: reference{name: "oci://host/redis@sha256:abc", address: true}},
		{name: "https://me:secret@host/redis.tgz", want: reference{name: "https://me:secret@host/redis.tgz", address: true}},
		{name: "https://host/" + strings.Repeat("x", 300), want: reference{name: "https://host/" + strings.Repeat("x", 300), address: true}},
		{name: "s3://bucket/redis.tgz", want: reference{name: "s3://bucket/redis.tgz", address: true}},
		{name: "postgresql", repo: "https://host", want: reference{name: "postgresql"}},
		{name: "postgresql@^1", repo: "https://host", want: reference{name: "postgresql", version: "^1"}},

		{name: "bitnami/here", path: true}, // what exists goes first
		{name: "redis", repo: "https://host", path: true},
		{name: "redis", path: true},
		{name: "postgresql", path: true},
		{name: "dangling", repo: "https://host", path: true},
		{name: "./bitnami/redis", path: true},
		{name: "../bitnami/redis", path: true},
		{name: "/bitnami/redis", path: true},
		{name: "~/redis", path: true},
		{name: "bitnami/redis/", path: true},
		{name: "a/b/c", path: true},
		{name: "a/b.tgz", path: true},
		{name: "b.tgz", repo: "https://host", path: true},
		{name: "file:///etc/redis", path: true},
		{name: "-", repo: "https://host", path: true},
		{name: "--password", repo: "https://host", path: true},
		{name: "", repo: "https://host", path: true},
		{name: "redis/" + strings.Repeat("x", 300), path: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := referenceOf(test.name, test.repo)
			assert.Equal(t, test.path, !ok)
			assert.Equal(t, test.want, got)
		})
	}
}

// FuzzReference: whatever is named, what is handed to helm pull is no option
// and no path that stands for another.
func FuzzReference(f *testing.F) {
	for _, seed := range []string{"bitnami/redis@1.2.3", "oci://host:5000/redis:1.2.3", "-", "--repo", "./a/b", "a/b.tgz", "https://h/@/x"} {
		f.Add(seed, "")
		f.Add(seed, "https://host")
	}
	f.Fuzz(func(t *testing.T, name, repo string) {
		r, ok := referenceOf(name, repo)
		if !ok {
			assert.Empty(t, r)
			return
		}
		assert.False(t, strings.HasPrefix(r.name, "-") || strings.HasPrefix(r.name, ".") || strings.HasPrefix(r.name, "/"))
		if r.version == "" {
			assert.Equal(t, strings.TrimSuffix(name, "@"), strings.TrimSuffix(r.name, "@"))
		} else {
			assert.Equal(t, name, r.name+"@"+r.version)
		}
		assert.True(t, r.address || repo != "" || strings.Count(r.name, "/") == 1)
	})
}

func TestShownName(t *testing.T) {
	for name, want := range map[string]string{
		"https://me:secret@host/redis.tgz": "https://me:xxxxx@host/redis.tgz",
		"https://host/redis.tgz?a=b":       "https://host/redis.tgz?a=b",
		"oci://host:5000/redis:1.2.3":      "oci://host:5000/redis:1.2.3",
		"bitnami/redis@1.2.3":              "bitnami/redis@1.2.3",
		"./chart":                          "./chart",
		"https://[":                        "https://[",
	} {
		assert.Equal(t, want, ShownName(name))
	}
}
