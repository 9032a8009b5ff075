package harness

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTwoAtOnce(t *testing.T) {
	bin, err := FindBinaries(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	for _, name := range []string{"one", "two"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := Start(t.Context(), bin)
			require.NoError(t, err)
			namespace, err := c.CreateNamespace(t.Context(), "own")
			require.NoError(t, err)
			assert.NotEmpty(t, namespace)
			require.NoError(t, c.Stop())
			for _, p := range c.processes {
				assert.True(t, p.ended(), "%s must not outlive its cluster", p.name)
			}
			assert.NoDirExists(t, c.dir)
		})
	}
}

func TestAStartThatFailsShowsTheLog(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "etcd")
	require.NoError(t, os.WriteFile(broken, []byte("#!/bin/sh\necho the disk is full\nexit 1\n"), 0o700))
	_, err := Start(t.Context(), Binaries{Etcd: broken})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "wait for etcd: it ended")
	assert.Contains(t, err.Error(), "the disk is full")
}

func TestMissingBinary(t *testing.T) {
	t.Setenv("ETCD_BIN", filepath.Join(t.TempDir(), "etcd"))
	_, err := FindBinaries(filepath.Join("..", "..", ".."))
	require.Error(t, err)
	assert.Contains(t, err.Error(), "no etcd: run make cluster-tools, or name one in ETCD_BIN")
}
