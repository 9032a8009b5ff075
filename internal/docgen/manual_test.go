package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/cli"
)

func TestWriteManual(t *testing.T) {
	dir := t.TempDir()
	for _, to := range []string{"a", "b"} {
		require.NoError(t, writeManual(filepath.Join(dir, to)))
	}
	pages := 0
	var check func(*cobra.Command)
	check = func(command *cobra.Command) {
		pages++
		name := strings.ReplaceAll(command.CommandPath(), " ", "-") + ".1"
		first, err := os.ReadFile(filepath.Join(dir, "a", name))
		require.NoError(t, err)
		second, err := os.ReadFile(filepath.Join(dir, "b", name))
		require.NoError(t, err)
		assert.Equal(t, string(first), string(second))
		assert.Contains(t, string(first), ".TH ")
		for _, below := range command.Commands() {
			if below.IsAvailableCommand() {
				check(below)
			}
		}
	}
	check(cli.Tree())
	assert.Greater(t, pages, 8)
}
