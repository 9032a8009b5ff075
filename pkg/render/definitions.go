package render

import (
	"bytes"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

var (
	definitionLine = lazy.Pattern(`(?m)^kind:\s*["']?CustomResourceDefinition\b`)
	groupLine      = lazy.Pattern(`(?m)^\s{1,4}group:\s*["']?([^\s"'#]+)`)
	kindLine       = lazy.Pattern(`(?m)^\s{2,8}kind:\s*["']?([A-Z]\w*)`)
	scopeLine      = lazy.Pattern(`(?m)^\s{1,4}scope:\s*["']?(Cluster|Namespaced)\b`)
)

// Definitions implements lifecycle.Renderer. It reads off the text of the
// crds/ folders what a cluster needs to know; those files can be megabytes
// of schemas, which parsing would make most of a run's time.
func (r *Renderer) Definitions() []lifecycle.Definition {
	var out []lifecycle.Definition
	for _, crd := range definitionFiles(r.chart) {
		for _, document := range bytes.Split(crd.Data, []byte("\n---")) {
			if d, ok := definitionOf(document); ok {
				out = append(out, d)
			}
		}
	}
	return out
}

func definitionFiles(c *chart.Chart) []*chart.File {
	var out []*chart.File
	for _, crd := range c.CRDObjects() {
		out = append(out, crd.File)
	}
	return out
}

func definitionOf(document []byte) (lifecycle.Definition, bool) {
	if !definitionLine().Match(document) {
		return lifecycle.Definition{}, false
	}
	group, kind, scope := groupLine().FindSubmatch(document), kindLine().FindSubmatch(document), scopeLine().FindSubmatch(document)
	if group != nil && kind != nil && scope != nil {
		return lifecycle.Definition{Group: string(group[1]), Kind: string(kind[1]), ClusterScoped: string(scope[1]) == "Cluster"}, true
	}
	stream, err := manifest.Parse(document) // written in some other way
	if err != nil || len(stream.Objects()) == 0 {
		return lifecycle.Definition{}, false
	}
	o := stream.Objects()[0]
	return lifecycle.Definition{
		Group:         o.StringAt("spec", "group"),
		Kind:          o.StringAt("spec", "names", "kind"),
		ClusterScoped: o.StringAt("spec", "scope") == "Cluster",
	}, true
}
