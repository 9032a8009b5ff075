package release

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Record is what Helm has stored of one revision of a release (helm v3.22.0,
// pkg/release/release.go; helm v4.3.1, pkg/release/v1/release.go).
type Record struct {
	// Name and Namespace are the release's.
	Name, Namespace string
	// Revision counts from 1. Helm's JSON calls it version.
	Revision int
	// Status is a word of Helm's: deployed, superseded, failed, uninstalled,
	// uninstalling, pending-install, pending-upgrade, pending-rollback or unknown.
	Status string
	// Description says how the revision came to be or why it failed, in Helm's
	// words.
	Description string
	// FirstDeployed is of revision 1, LastDeployed of this one. Deleted is zero
	// unless the release was uninstalled.
	FirstDeployed, LastDeployed, Deleted time.Time
	// RollbackRevision is the revision that this one repeats, or 0. Only Helm 4
	// states it.
	RollbackRevision int
	// ApplyMethod is "ssa" or "csa" for server-side and client-side apply. It is
	// "" in what Helm 3 writes, which means client-side.
	ApplyMethod string
	Chart       Chart
	// Manifest is what helm get manifest prints: a stream of YAML documents
	// without hooks.
	Manifest string
	// Hooks are in the order in which Helm stored them.
	Hooks []Hook
	// Object is the Secret or ConfigMap that the record was read from. It is
	// zero in what Decode returns. Its namespace need not be the release's.
	Object manifest.ID

	config json.RawMessage
	text   []byte
}

// Chart says which chart a revision was made of.
type Chart struct {
	Name, Version, AppVersion string
}

// Hook is an object that Helm runs outside of the manifest.
type Hook struct {
	Name string
	Kind string
	// Path is the template's, with the chart's name in front.
	Path     string
	Manifest string
	Events   []string
	Weight   int
	// DeletePolicies are as stored; when there are none Helm takes
	// before-hook-creation.
	DeletePolicies []string
	LastRun        Run
}

// Run is how a hook went when it ran last; the zero Run is of one that did not.
type Run struct {
	StartedAt, CompletedAt time.Time
	// Phase is Unknown, Running, Succeeded or Failed.
	Phase string
}

// Config returns the values that the user gave, without the chart's own, as Helm
// reads them: numbers are float64. It is an error where one is too large for that.
func (r *Record) Config() (map[string]any, error) {
	if len(r.config) == 0 {
		return nil, nil
	}
	var values map[string]any
	if err := json.Unmarshal(r.config, &values); err != nil {
		return nil, fmt.Errorf("%s: config: %w", r, err)
	}
	return values, nil
}

// Encoded is the text that Helm stores: of a record that was decoded the very
// text that it was decoded from. It must not be changed.
func (r *Record) Encoded() []byte { return r.text }

// String names the revision for a message.
func (r *Record) String() string {
	return fmt.Sprintf("revision %d of release %s in namespace %s", r.Revision, r.Name, r.Namespace)
}
