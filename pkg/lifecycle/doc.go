// Package lifecycle plays the life of a Helm release: the same chart is
// rendered several times with one input changed each time, and what differs
// from the first rendering tells what each field derives from.
//
// It says what a Renderer and a Cluster are and imports neither Helm nor
// Kubernetes, so that whoever reads a Rehearsal pays for neither.
package lifecycle
