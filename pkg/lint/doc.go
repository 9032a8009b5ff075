// Package lint judges manifests and rehearsals by rules. A [Rule] looks at one
// release and reports a [Finding] for each hazard; [Run] collects and orders
// them.
//
// It imports neither Helm nor Kubernetes, so that a post-renderer, a KRM
// function or a controller can embed it and start in milliseconds.
package lint
