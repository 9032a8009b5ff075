// Package handover hands post-renders over to the program that can do nothing else.
//
// Go initialises all packages before main, whether they are used or not, each as soon
// as those are that it imports, in the order of their names. This one imports next to
// nothing, so that it comes before most others, those of Helm and Kubernetes among
// them: what they set up takes twice as long as all that a post-renderer does.
package handover

import (
	"os"

	"github.com/helm-stateful/helm-stateful/internal/build"
)

const (
	// PostRenderer is the program that only post-renders, and Whole the one that does
	// all. They lie in one folder, where both were installed.
	PostRenderer = "helm-stateful-post-renderer"
	Whole        = "helm-stateful"

	// Variable is how one of them tells the other its version. What is handed over is
	// not handed on.
	Variable = "HELM_STATEFUL_HANDED_OVER"
)

func init() {
	if PostRenders(os.Args[1:]) {
		handOver()
	}
}

// handOver puts the other program in the place of this one, where that should do
// the work and is there.
func handOver() {
	version, handed := os.LookupEnv(Variable)
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
	end := len(self)
	for end > 0 && !os.IsPathSeparator(self[end-1]) { // path/filepath is initialised too late
		end--
	}
	return self[:end] + program
}
