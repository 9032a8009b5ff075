// Package release reads what Helm remembers of a release: one record for each
// revision, in a Secret or a ConfigMap of the release's namespace.
//
// A record is base64 of gzip of JSON; Helm 3 and Helm 4 write the same
// (pkg/storage/driver/util.go in both), but for a few fields that only Helm 4
// has. [Decode] reads one, [Read] finds those among the objects that kubectl
// prints. A [Record] tells what a reader of history needs and keeps all the rest
// as it was stored, so that one with another manifest ([Record.WithManifest])
// differs in its manifest alone.
//
// The package needs neither Helm nor a Kubernetes client.
package release
