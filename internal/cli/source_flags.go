//go:build !postrenderer

package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// sourceFlags say where charts come from, under the names of helm pull's own
// flags.
type sourceFlags struct {
	version, repo                string
	username, password, caFile   string
	plainHTTP, buildDependencies bool
}

// unlisted are handed to helm pull and are left out of --help, which names
// them in one line.
var unlisted = []string{"username", "password", "ca-file", "plain-http"}

func (f *sourceFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.version, "version", "", "`version` of charts that are fetched (default the newest)")
	flags.StringVar(&f.repo, "repo", "", "fetch charts from this repository's `URL`, with helm pull's flags")
	flags.StringVar(&f.username, "username", "", "user `name` for the repository")
	flags.StringVar(&f.password, "password", "", "`password` for the repository")
	flags.StringVar(&f.caFile, "ca-file", "", "`file` of the authorities that the repository's certificate is checked with")
	flags.BoolVar(&f.plainHTTP, "plain-http", false, "fetch over HTTP without TLS")
	flags.BoolVar(&f.buildDependencies, "dependency-build", false, "fetch lacking dependencies: helm dependency build, on a copy")
	hide(cmd, unlisted...)
}

// fill puts the flags into options. Those about fetching are wrong usage where
// nothing is fetched, which tells a user that a path is taken for what it is.
func (f *sourceFlags) fill(c *Command, o *stateful.LintOptions, args []string) error {
	o.Fetcher = &render.Fetcher{
		Helm:     c.Getenv("HELM_BIN"),
		Repo:     f.repo,
		Version:  f.version,
		Username: f.username, Password: f.password, CAFile: f.caFile, PlainHTTP: f.plainHTTP,
		BuildDependencies: f.buildDependencies,
	}
	if slices.ContainsFunc(args, o.Fetcher.Fetches) {
		return nil
	}
	given := map[string]bool{
		"--repo": f.repo != "", "--version": f.version != "", "--username": f.username != "", "--password": f.password != "",
		"--ca-file": f.caFile != "", "--plain-http": f.plainHTTP,
	}
	for _, name := range []string{"--repo", "--version", "--username", "--password", "--ca-file", "--plain-http"} {
		if given[name] {
			return fmt.Errorf("%s is for charts that are fetched, and %s", name, whyNot(args[0]))
		}
	}
	return nil
}

// whyNot says why an argument is no reference.
func whyNot(arg string) string {
	if _, err := os.Lstat(arg); err == nil {
		return fmt.Sprintf("%q is a file or folder here", arg)
	}
	return fmt.Sprintf("%q is no reference but a path", arg)
}

// stream lets the argument - name standard input.
func (f *sourceFlags) stream(c *Command, o *stateful.LintOptions, args []string, values render.ValueFlags) error {
	count := 0
	for _, arg := range args {
		if arg == stateful.Stream {
			count++
		}
	}
	switch {
	case count == 0:
		return nil
	case count > 1:
		return errors.New("- names standard input, which can be read once")
	case slices.Contains(values.Files, "-"):
		return errors.New("standard input cannot be both manifests (-) and values (--values -)")
	case len(args) == 1 && values.Given():
		return errors.New("manifests on standard input take no values: give those to helm template")
	}
	o.Stdin = c.Stdin
	return nil
}

// cleanPaths shortens the paths among args. What does not exist stays as it is
// typed: ./x is a path, and x/y may be a reference.
func cleanPaths(args []string) []string {
	out := slices.Clone(args)
	for i, arg := range args {
		if _, err := os.Lstat(arg); err == nil {
			out[i] = filepath.Clean(arg)
		}
	}
	return out
}
