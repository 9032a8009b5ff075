// Package krm is the KRM function: it judges and fixes the resources of a
// ResourceList, as kustomize and kpt hand it over. See
// https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md
//
// The list is edited as text: what no fix touches keeps its bytes. That is also
// why kyaml's own framework is not used, but for its schema of results; it
// would write everything anew, and starts more slowly than all the rest here.
package krm
