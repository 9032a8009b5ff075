//go:build unix

package handover

import (
	"os"
	"syscall"

	"github.com/helm-stateful/helm-stateful/internal/build"
)

// replace puts another program, with the same arguments and files, in the place of
// this one. It returns only where that fails.
func replace(program string) {
	_ = syscall.Exec(program, os.Args, append(os.Environ(), Variable+"="+build.Version)) // there is none: this one does it
}
