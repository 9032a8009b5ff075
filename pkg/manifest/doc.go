// Package manifest reads a stream of YAML documents as Kubernetes objects and
// writes it back without touching what did not change.
//
// A [Stream] is split by text, so that the bytes of a document nobody edits
// come out exactly as they went in; kyaml's own round trip drops comments,
// blank lines and whole documents and changes folded scalars. Values are read
// the way the API server reads them (sigs.k8s.io/yaml: yes and on are
// booleans, the last of two equal keys wins); positions and edits go through
// kyaml's node tree.
package manifest
