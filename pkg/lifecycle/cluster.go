package lifecycle

// Cluster is the cluster that a release lives on. Objects are maps as
// manifest.Object.Fields holds them; namespaced ones must carry their namespace.
// The cluster may keep those that it is given: they must not be changed afterwards.
type Cluster interface {
	Lookup
	// Has reports whether Get would return an object.
	Has(apiVersion, kind, namespace, name string) bool
	// Define makes custom resources known.
	Define(definitions []Definition)
	// Create stores a new object, as the API server leaves it.
	Create(mode Mode, object map[string]any) Verdict
	// Update sends next for an object that is there. previous is what Helm sent
	// the time before. It reports whether the stored object changed.
	Update(mode Mode, previous, next map[string]any) (changed bool, v Verdict)
	// Delete removes an object, and by the next Settle what it owns.
	Delete(apiVersion, kind, namespace, name string)
	// Settle lets the controllers do their work: claims bind, StatefulSets
	// create theirs, owned objects follow their owners.
	Settle()
	// Diverged reports whether an update so far could have ended otherwise in
	// another mode.
	Diverged() bool
	// Clone returns a cluster with the same content.
	Clone() Cluster
	// Objects are copies of all objects, sorted by group, kind, namespace and
	// name.
	Objects() []map[string]any
	// ClusterScoped reports whether a kind has no namespace.
	ClusterScoped(apiVersion, kind string) bool
}
