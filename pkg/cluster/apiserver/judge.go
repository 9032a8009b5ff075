// Package apiserver is the Kubernetes API server's own judgement on one
// request: Kubernetes' own decoding, defaulting and validation, in memory,
// without a cluster.
//
// It is Kubernetes 1.37.1 with its default feature gates. What the API server
// does around validation, in the strategies of pkg/registry, cannot be imported
// cheaply and is written again here, kind by kind; each piece names the
// Kubernetes file that it follows. Paths in comments are relative to
// k8s.io/kubernetes v1.37.1 unless another module is named.
//
// Admission, allocation (addresses, node ports, uids) and what controllers do
// afterwards are the caller's.
package apiserver

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Judge decides on creates and updates. It remembers what it has judged, for a
// rehearsal asks of most objects more than once. It is safe for concurrent use.
type Judge struct {
	fits    memory[bool]
	creates memory[created]
}

// New returns a judge. The Kubernetes types are registered at the first
// question, once in a process.
func New() *Judge { return &Judge{} }

// Verdict is what the API server answers.
type Verdict struct {
	Refused bool
	// Message is the API server's own text as a client prints it, for example
	// `PersistentVolumeClaim "data" is invalid: spec: Forbidden: spec is
	// immutable after creation except …`.
	Message string
	// Fields are the field paths of the errors as the API server names them
	// ("spec", "spec.selector", …), in order. A request that could not be
	// decoded names none.
	Fields []string
}

// Known reports whether the kind is built in, so that it is validated. Objects
// of other kinds are stored as they are.
func (j *Judge) Known(apiVersion, kind string) bool {
	_, ok := builtin().served[schema.FromAPIVersionAndKind(apiVersion, kind)]
	return ok
}
