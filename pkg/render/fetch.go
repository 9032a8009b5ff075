package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Fetcher brings charts and dependencies to this machine by the user's own
// Helm, so that their repositories, credentials and plugins work. It fetches
// what a user has named and, where BuildDependencies says so, what a Chart.yaml
// names. It is safe for concurrent use.
type Fetcher struct {
	// Helm is the program, as a path or a name to look up in PATH; "helm" when
	// empty.
	Helm string
	// Repo is the address of the repository that holds charts named by their
	// bare name.
	Repo string
	// Version is a version or constraint for references that carry none of their
	// own; the newest version when empty.
	Version string
	// Username and Password, CAFile and PlainHTTP are handed to helm pull. They
	// are not used for dependencies, whose addresses a chart names.
	Username, Password, CAFile string
	PlainHTTP                  bool
	// BuildDependencies runs helm dependency build for charts that lack
	// dependencies, on a copy.
	BuildDependencies bool

	building sync.Mutex // Helm rewrites its cached indexes while it builds
}

// Fetches reports whether Load would fetch what is named so. A nil Fetcher
// fetches nothing.
func (f *Fetcher) Fetches(name string) bool {
	if f == nil {
		return false
	}
	_, ok := referenceOf(name, f.Repo)
	return ok
}

// Load reads a chart that a user names: a folder or an archive as LoadBelow
// does, or a reference (repo/chart, oci://…, https://…, or a name in Repo),
// which is pulled into a temporary folder and removed once it is read.
func (f *Fetcher) Load(ctx context.Context, named, name string) (*Chart, error) {
	if f == nil {
		return LoadBelow(named, name)
	}
	load := func() (*Chart, error) { return LoadBelow(named, name) }
	if ref, ok := referenceOf(name, f.Repo); ok {
		load = func() (*Chart, error) { return f.pull(ctx, name, ref) }
	}
	c, err := load()
	if err != nil || !f.BuildDependencies || c.Library {
		return c, err
	}
	return f.withDependencies(ctx, named, c)
}

func (f *Fetcher) pull(ctx context.Context, name string, ref reference) (c *Chart, err error) {
	dir, err := os.MkdirTemp("", "helm-stateful-pull-")
	if err != nil {
		return nil, fmt.Errorf("fetch chart: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	asked := ShownName(ref.name)
	args := []string{"pull", "--destination", dir}
	add := func(flag, value string) {
		if value != "" {
			args = append(args, flag, value)
		}
	}
	version := ref.version
	if version == "" {
		version = f.Version
	}
	if version != "" {
		asked += " version " + version
	}
	add("--version", version)
	if !ref.address && f.Repo != "" {
		add("--repo", f.Repo)
		asked += " from " + ShownName(f.Repo)
	}
	add("--username", f.Username)
	add("--password", f.Password)
	add("--ca-file", f.CAFile)
	if f.PlainHTTP {
		args = append(args, "--plain-http")
	}
	if err := f.run(ctx, append(args, "--", ref.name)...); err != nil {
		if !ref.address && f.Repo == "" {
			return nil, fmt.Errorf("there is no file or folder %q, and helm pull does not fetch it: %w", name, err)
		}
		return nil, fmt.Errorf("fetch %s by helm pull: %w", asked, err)
	}
	archive, err := onlyArchive(dir)
	if err != nil {
		return nil, fmt.Errorf("fetch %s by helm pull: %w", asked, err)
	}
	return loadArchive(ShownName(name), archive)
}

// onlyArchive is what helm pull has left in a folder, under a name that depends
// on where it comes from.
func onlyArchive(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var found []string
	for _, e := range entries {
		if e.Type().IsRegular() && filepath.Ext(e.Name()) != ".prov" {
			found = append(found, e.Name())
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("helm pull has left %d files where one archive is expected: %s", len(found), strings.Join(found, ", "))
	}
	return filepath.Join(dir, found[0]), nil
}

// patience is how long Helm may take to end once it has been told to.
const patience = 5 * time.Second

// run runs Helm. Its error is in Helm's own words.
func (f *Fetcher) run(ctx context.Context, args ...string) error {
	program := f.Helm
	if program == "" {
		program = "helm"
	}
	cmd := exec.CommandContext(ctx, program, args...)
	var words bytes.Buffer
	cmd.Stdout, cmd.Stderr = &words, &words
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = patience
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%s is not to be found, and it is Helm that fetches charts: install it, or name it in HELM_BIN", program)
	}
	if said := helmError(words.String(), args); said != "" {
		return errors.New(said)
	}
	return fmt.Errorf("%s: %w", program, err)
}

// helmError is what Helm says is wrong, without the warnings before it and
// without the passwords of addresses.
func helmError(words string, args []string) string {
	if at := strings.LastIndex("\n"+words, "\nError: "); at >= 0 {
		words = words[at+len("Error: "):]
	}
	for _, arg := range args {
		words = strings.ReplaceAll(words, arg, ShownName(arg))
	}
	return strings.TrimSpace(words)
}
