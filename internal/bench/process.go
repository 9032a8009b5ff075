package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"
	"time"
)

// used is what a process took.
type used struct {
	cpu    time.Duration // in user mode and in the system's
	memory int64         // at most, in bytes
	stdout []byte
	failed bool // an exit code other than 0
}

// run runs a command. Findings and charts that do not render are exit codes,
// which the caller may look at; the error is for what did not run.
func (b *bench) run(stdin []byte, name string, args ...string) (used, error) {
	var stdout bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &stdout, io.Discard
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return used{}, fmt.Errorf("run %s: %w", name, err)
	}
	u := used{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), stdout: stdout.Bytes(), failed: err != nil}
	if rusage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.memory = rusage.Maxrss * 1024 // Linux counts in KiB
	}
	return u, nil
}

// least is the cheapest of several runs.
func (b *bench) least(stdin []byte, name string, args ...string) (used, error) {
	best, err := b.run(stdin, name, args...)
	for i := 1; i < b.runs && err == nil; i++ {
		var u used
		if u, err = b.run(stdin, name, args...); err == nil && u.cpu < best.cpu {
			best = u
		}
	}
	return best, err
}

func (b *bench) lint(args ...string) []string {
	return append([]string{"lint", "--fail-on", "none", "-o", "json"}, args...)
}
