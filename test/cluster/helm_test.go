package cluster_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/test/cluster/harness"
)

// helm is a Helm and how it sends objects.
type helm struct {
	name, short, major string
	mode               lifecycle.Mode
	flags              []string // of helm install; later revisions do as the first
}

func helms() []helm {
	return []helm{
		{"helm3", "3", "3", lifecycle.ClientSide, nil},
		{"helm4", "4", "4", lifecycle.ServerSide, nil},
		{"helm4-client-side", "4c", "4", lifecycle.ClientSide, []string{"--server-side=false"}},
	}
}

// user runs Helm on the cluster, in a home folder of its own.
type user struct {
	t         *testing.T
	home      string
	namespace string
	bin       string
	env       []string
}

// newUser is for one Helm and one namespace.
func newUser(t *testing.T, h helm, namespace string) *user {
	t.Helper()
	bin, err := harness.FindHelm(repository, h.major)
	require.NoError(t, err)
	u := &user{t: t, home: t.TempDir(), namespace: namespace, bin: bin}
	clean := slices.DeleteFunc(os.Environ(), func(e string) bool {
		return strings.HasPrefix(e, "HELM") || strings.HasPrefix(e, "XDG_") || strings.HasPrefix(e, "KUBE")
	})
	u.env = append(clean,
		"HOME="+u.home, "KUBECONFIG="+server.Kubeconfig,
		"HELM_CACHE_HOME="+filepath.Join(u.home, "cache"), "HELM_CONFIG_HOME="+filepath.Join(u.home, "config"),
		"HELM_DATA_HOME="+filepath.Join(u.home, "data"))
	return u
}

// result is what Helm left behind.
type result struct {
	failed bool
	output string
}

func (u *user) run(args ...string) result {
	u.t.Helper()
	cmd := exec.CommandContext(u.t.Context(), u.bin, append(args, "--namespace", u.namespace)...)
	var output bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = u.home, u.env, &output, &output
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(u.t, err)
	}
	return result{err != nil, output.String()}
}
