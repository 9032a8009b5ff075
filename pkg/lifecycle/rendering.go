package lifecycle

import (
	"context"
	"time"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Release is the identity that a chart is installed under.
type Release struct {
	Name      string
	Namespace string
}

// Inputs are what may change from one rendering of a chart to the next.
type Inputs struct {
	Release Release
	// Revision is .Release.Revision, from 1.
	Revision int
	// Elapsed is the time since the release was installed.
	Elapsed time.Duration
	// Upgrade sets .Release.IsUpgrade instead of .Release.IsInstall.
	Upgrade bool
	// NextVersion raises version and appVersion of the chart and its sub
	// charts, NextImages the image tags among the values.
	NextVersion, NextImages bool
	// Lookup answers the template function lookup; nil finds nothing, as under
	// helm template.
	Lookup Lookup
}

// Lookup answers the template function lookup from a cluster's content. An
// empty name asks for a list. The caller owns the maps it is given.
type Lookup interface {
	// Get returns the object, or nil when there is none.
	Get(apiVersion, kind, namespace, name string) map[string]any
	// List returns the objects of a kind; an empty namespace means all.
	List(apiVersion, kind, namespace string) []map[string]any
}

// Query is one call of the template function lookup.
type Query struct {
	APIVersion, Kind, Namespace, Name string
}

// Rendering is what a chart printed for one set of inputs.
type Rendering struct {
	// Inputs are those it was rendered with. Their Lookup answers from what it
	// answered then, and nothing else.
	Inputs Inputs
	// Stream holds the manifests and then the hooks, as helm template prints
	// them.
	Stream *manifest.Stream
	// Queries are the lookups made, in order, each once.
	Queries []Query
	// Demand is set when the chart's notes refuse to go on without values that
	// only the user knows, such as the current passwords. The manifests are then
	// rendered as if the notes were content.
	Demand error
}

// Renderer renders one chart under one set of values. Render may be called from
// several goroutines at a time.
type Renderer interface {
	Render(ctx context.Context, in Inputs) (*Rendering, error)
	// Feels says which inputs the chart's templates can tell apart. A
	// variation that a chart cannot feel is not rendered.
	Feels() Senses
	// Definitions are those that Helm installs before the first revision and
	// never touches again: the crds/ folders.
	Definitions() []Definition
	// Values are those the chart is rendered with.
	Values() Values
	// KubeVersion is the Kubernetes version the templates see, such as v1.37.0.
	KubeVersion() string
}

// Definition is what a CustomResourceDefinition tells of a kind's place.
type Definition struct {
	Group, Kind   string
	ClusterScoped bool
}

// Senses are the inputs that can make a difference to a chart.
type Senses struct {
	// Chance is set when a template calls a function that answers differently
	// each time: randAlphaNum, genCA, uuidv4, now, …
	Chance bool
	// Upgrade is set when a template reads .Release.IsInstall, .IsUpgrade or
	// .Revision.
	Upgrade bool
	// UpgradeLookup is set when one template does so and calls lookup too: what it
	// reads from the cluster may be taken for granted at an upgrade.
	UpgradeLookup bool
}

// MadeUp is how the values start that a renderer gives for those which a chart
// demands and nobody has given. No verdict on one of them is the chart's fault.
const MadeUp = "value-of-yours-"

// Values are a chart's values.
type Values struct {
	// User holds what the user gave by -f and --set.
	User map[string]any
	// All holds the user's values over those of the chart and its sub charts.
	All map[string]any
}
