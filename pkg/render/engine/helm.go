package engine

import (
	"runtime/debug"
	"text/template"
	_ "unsafe" // for go:linkname

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

// tested is the release of Helm whose parts are used here. A program that embeds
// us may bring another: there Helm's own Render is called.
const tested = "v3.22.0"

// otherHelm reports whether a program is built with another release of Helm.
func otherHelm(build *debug.BuildInfo) bool {
	for _, m := range build.Deps {
		if m.Path == "helm.sh/helm/v3" {
			return m.Replace != nil || m.Version != tested
		}
	}
	return false
}

// What follows is Helm's own code (pkg/engine), which has no exported name. A
// Helm that renames any of it does not link; one that gives it another meaning
// fails the test that holds this package against Helm's Render.

// renderable is one template: its text, what it sees and where its chart lies.
type renderable struct {
	text     string
	values   chartutil.Values
	basePath string
}

//go:linkname allTemplates helm.sh/helm/v3/pkg/engine.allTemplates
func allTemplates(c *chart.Chart, values chartutil.Values) map[string]renderable

//go:linkname sortTemplates helm.sh/helm/v3/pkg/engine.sortTemplates
func sortTemplates(templates map[string]renderable) []string

//go:linkname funcMap helm.sh/helm/v3/pkg/engine.funcMap
func funcMap() template.FuncMap

//go:linkname includeFun helm.sh/helm/v3/pkg/engine.includeFun
func includeFun(t *template.Template, included map[string]int) func(name string, data any) (string, error)

//go:linkname tplFun helm.sh/helm/v3/pkg/engine.tplFun
func tplFun(parent *template.Template, included map[string]int, strict bool) func(text string, data any) (string, error)

//go:linkname toYAML helm.sh/helm/v3/pkg/engine.toYAML
func toYAML(v any) string

//go:linkname fromYAML helm.sh/helm/v3/pkg/engine.fromYAML
func fromYAML(text string) map[string]any

//go:linkname initFunMap helm.sh/helm/v3/pkg/engine.Engine.initFunMap
func initFunMap(e engine.Engine, t *template.Template)

//go:linkname newLookupFunction helm.sh/helm/v3/pkg/engine.newLookupFunction
func newLookupFunction(client engine.ClientProvider) func(apiVersion, kind, namespace, name string) (map[string]any, error)

//go:linkname cleanupParseError helm.sh/helm/v3/pkg/engine.cleanupParseError
func cleanupParseError(name string, err error) error

//go:linkname cleanupExecError helm.sh/helm/v3/pkg/engine.cleanupExecError
func cleanupExecError(name string, err error) error
