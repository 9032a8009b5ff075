// Package render turns a chart and its values into manifests with Helm's own
// loader, value rules and template engine (helm.sh/helm/v3). The text is that
// of helm template with the same flags.
//
// A chart is untrusted: rendering reaches no network, no cluster and no DNS.
// The template function lookup is answered by the caller, and values.schema.json
// is checked without fetching what it refers to. Files are read inside the
// chart, and its links and file:// dependencies are followed no further than
// the git work tree, the folder of charts that was named, or its neighbours.
// Only a [Fetcher] reaches the network, by the user's own Helm, for what the
// user has named.
package render
