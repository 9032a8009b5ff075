package cli

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// commands are all commands that people see, the root among them.
func commands(root *cobra.Command) []*cobra.Command {
	out := []*cobra.Command{root}
	for _, c := range root.Commands() {
		if !c.Hidden && c.Name() != "help" && c.Name() != "completion" {
			out = append(out, commands(c)...)
		}
	}
	return out
}

// The longest help that a screen shows, in lines and in letters a line.
const (
	helpLines = 48
	helpWidth = 100
)

func TestHelpFitsAScreen(t *testing.T) {
	for _, command := range commands((&Command{}).root()) {
		t.Run(command.CommandPath(), func(t *testing.T) {
			var out bytes.Buffer
			c := &Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Getenv: func(string) string { return "" }}
			args := append(strings.Fields(command.CommandPath())[1:], "--help")
			require.Equal(t, exitClean, c.Main(t.Context(), args))
			lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
			assert.LessOrEqual(t, len(lines), helpLines, "%s", out.String())
			for _, line := range lines {
				assert.LessOrEqual(t, utf8.RuneCountInString(line), helpWidth, "%s", line)
			}
			if command.Runnable() {
				assert.NotEmpty(t, command.Example, "it shows no example")
			}
		})
	}
}

func TestAsHelmsSubcommand(t *testing.T) {
	for name, want := range map[string]string{"stateful": "  helm stateful lint CHART...", "": "  helm-stateful lint CHART..."} {
		var out bytes.Buffer
		c := &Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Getenv: func(key string) string {
			if key == "HELM_PLUGIN_NAME" {
				return name
			}
			return ""
		}}
		require.Equal(t, exitClean, c.Main(t.Context(), []string{"lint", "--help"}))
		assert.Contains(t, out.String(), want)
	}
}
