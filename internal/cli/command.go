// Package cli is the command line: flags in, exit code out. It alone knows
// flags, exit codes and the terminal; what it does, other packages do.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/helm-stateful/helm-stateful/internal/build"
	"github.com/helm-stateful/helm-stateful/pkg/config"
)

// The exit codes.
const (
	exitClean    = 0 // nothing at or above --fail-on
	exitFindings = 1 // findings at or above --fail-on
	exitUsage    = 2 // wrong usage or configuration
	exitChart    = 3 // a chart, or manifests, that cannot be read or rendered
)

// Command is the program with all that it touches of the outside world, so
// that tests run it without a process.
type Command struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	// Getenv reads the environment.
	Getenv func(string) string

	guard *guard   // nil where the process is somebody else's
	args  []string // those of the run
}

// Main runs the program on the process's own streams.
func Main(args []string) int {
	log.SetOutput(io.Discard) // Helm's library warns there; helm template's user sees it, ours asked for findings
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() {
		stop() // a second signal ends the process at once
		time.AfterFunc(patience, func() { os.Exit(exitChart) })
	})
	guard, err := newGuard(os.Getenv, os.Stderr)
	if err != nil {
		fmt.Fprintf(os.Stderr, "Error: %s\n", err)
		return exitUsage
	}
	go guard.run(ctx)
	c := &Command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, guard: guard}
	return c.Main(ctx, args)
}

// patience is how long a run may take to end, and to remove its temporary
// folders, after a signal.
const patience = 8 * time.Second

// exitError ends the program with a code. A nil err prints nothing more.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// Main runs the program and returns its exit code.
func (c *Command) Main(ctx context.Context, args []string) int {
	c.args = c.withDefaultCommand(args)
	err := c.execute(ctx)
	if err == nil {
		return exitClean
	}
	code := exitUsage
	var exit *exitError
	if errors.As(err, &exit) {
		code = exit.code
		if exit.err == nil {
			return code
		}
	}
	fmt.Fprintf(c.Stderr, "Error: %s\n", err)
	if invalid := new(config.Invalid); code == exitUsage && !errors.As(err, &invalid) {
		fmt.Fprintln(c.Stderr, "Run with --help for usage.")
	}
	return code
}

func (c *Command) execute(ctx context.Context) error {
	if build.PostRendererOnly && c.args[0] != "post-render" {
		return c.handBack(ctx, c.Stdin)
	}
	root := c.root()
	root.SetArgs(c.args)
	root.SetIn(c.Stdin)
	root.SetOut(c.Stdout)
	root.SetErr(c.Stderr)
	return root.ExecuteContext(ctx)
}

// withDefaultCommand makes the bare program the post-renderer: Helm 3 runs it
// with no arguments but those of --post-renderer-args. A person who types the
// bare name at a terminal is shown the help.
func (c *Command) withDefaultCommand(args []string) []string {
	if len(args) == 0 {
		if f, ok := c.Stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			return []string{"--help"}
		}
		return []string{"post-render"}
	}
	if !strings.HasPrefix(args[0], "-") {
		return args
	}
	switch args[0] {
	case "-h", "--help", "--version":
		return args
	}
	return append([]string{"post-render"}, args...)
}

// Tree returns the command with all below it, to be described.
func Tree() *cobra.Command {
	root := (&Command{}).root()
	root.InitDefaultCompletionCmd()
	return root
}

func (c *Command) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "helm-stateful",
		Short: "Rehearse a Helm release's whole life before a cluster has to live it",
		Long: `helm-stateful rehearses a Helm release's whole life (install, upgrade, rollback,
uninstall, reinstall) and says which step the API server refuses, which step
loses or strands data, and which pod never starts.

Without a command it is a post-renderer: manifests in, manifests out.`,
		Example: `  helm stateful lint ./chart              # findings, and an exit code for CI
  helm stateful explain claim-not-found   # what a rule is about
  helm install db ./chart --post-renderer helm-stateful`,
		Version:       build.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	if c.Getenv != nil && c.Getenv("HELM_PLUGIN_NAME") == "stateful" { // Helm runs us as its subcommand
		root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "helm stateful"}
	}
	root.SetFlagErrorFunc(flagError)
	c.addCommands(root)
	return root
}
