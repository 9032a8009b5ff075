package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/config"
)

// TestReadmesConfiguration reads the example that people copy.
func TestReadmesConfiguration(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, example, found := strings.Cut(string(readme), "# yaml-language-server: ")
	require.True(t, found)
	example, _, _ = strings.Cut(example, "```")
	c, err := config.Parse("README.md", []byte("# "+example), ruleNames())
	require.NoError(t, err)
	require.Len(t, c.Ignore, 1)
}
