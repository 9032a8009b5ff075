package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"github.com/helm-stateful/helm-stateful/internal/build"
	"github.com/helm-stateful/helm-stateful/internal/handover"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// absentCluster stands for the simulated cluster where Kubernetes' code is too much
// to bring along. Few fixes are shown to one (pkg/fix, harmless): it takes them all
// and remembers that it was asked, so that the whole program can be. What fixes are
// not judged by, it has not.
type absentCluster struct {
	lifecycle.Cluster
	asked bool
}

// ClusterScoped says no.
func (a *absentCluster) ClusterScoped(string, string) bool { return false }

// Clone returns the same.
func (a *absentCluster) Clone() lifecycle.Cluster { return a }

// Create takes what it is given.
func (a *absentCluster) Create(lifecycle.Mode, map[string]any) lifecycle.Verdict {
	a.asked = true
	return lifecycle.Verdict{}
}

// lacked reports whether a cluster was asked that is absent.
func lacked(c lifecycle.Cluster) bool {
	a, absent := c.(*absentCluster)
	return absent && a.asked
}

// handBack has the whole program, which lies beside this one, do what this one
// cannot, with what standard input held.
func (c *Command) handBack(ctx context.Context, in io.Reader) error {
	whole := exec.CommandContext(ctx, handover.Beside(handover.Whole), c.args...)
	whole.Env = append(os.Environ(), handover.Variable+"="+build.Version)
	whole.Stdin, whole.Stdout, whole.Stderr = in, c.Stdout, c.Stderr
	whole.Cancel = func() error { return whole.Process.Signal(syscall.SIGTERM) }
	err := whole.Run()
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.Exited() {
		return &exitError{code: exit.ExitCode()}
	}
	if err != nil {
		return &exitError{exitChart, fmt.Errorf("this program only post-renders, the rest is for %s: %w", handover.Whole, err)}
	}
	return nil
}
