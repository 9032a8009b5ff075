package cli

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWhatTheStartCosts: Helm waits for the post-renderer, so our packages set
// up next to nothing before its first line. Allocations tell, which are always
// the same; this program, the tests of the whole, is started with all of them.
func TestWhatTheStartCosts(t *testing.T) {
	const (
		most = 150 // a regular expression takes about 60, one put off 3
		own  = "github.com/helm-stateful/helm-stateful/"
	)
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(program, "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	found := regexp.MustCompile(`(?m)^init `+own+`(\S+) .* (\d+) allocs$`).FindAllStringSubmatch(string(out), -1)
	require.Contains(t, string(out), "init "+own+"pkg/lint/rules ", "no trace of the start")
	for _, f := range found {
		allocations, err := strconv.Atoi(f[2])
		require.NoError(t, err)
		assert.LessOrEqual(t, allocations, most, "%s sets up too much as the program starts: see pkg/internal/lazy", f[1])
	}
	for _, unwanted := range []string{"github.com/russross/blackfriday", "github.com/cpuguy83/go-md2man"} {
		assert.False(t, strings.Contains(string(out), "init "+unwanted), "%s is for manual pages alone", unwanted)
	}
}
