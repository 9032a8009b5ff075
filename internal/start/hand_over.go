package start

import (
	"os"
	"path/filepath"

	"github.com/helm-stateful/helm-stateful/internal/build"
)

const (
	// PostRenderer is the program that only post-renders, and Whole the one that does
	// all. They lie in one folder, where both were installed.
	PostRenderer = "helm-stateful-post-renderer"
	Whole        = "helm-stateful"

	// Handed is the variable by which one of them tells the other its version. What is
	// handed over is not handed on.
	Handed = "HELM_STATEFUL_HANDED_OVER"
)

// handOver puts the program that only post-renders in the place of the whole one.
// What packages of Helm and Kubernetes set up takes twice as long as all that the
// post-renderer does, and Go has it done before main whether it is used or not:
// so this is done earlier. Where that program is not there, the whole one does
// all.
func handOver() {
	version, handed := os.LookupEnv(Handed)
	switch {
	case !build.PostRendererOnly && !handed:
		replace(Beside(PostRenderer))
	case build.PostRendererOnly && handed && version != build.Version: // left over from another version
		replace(Beside(Whole))
	}
}

// Beside is the path of another program in the folder of this one, or "".
func Beside(program string) string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	return filepath.Join(filepath.Dir(self), program)
}
