package render

import (
	"maps"
	"reflect"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// steady is what the templates of a release print whatever the revision, and which
// of them do not: most of a chart asks neither chance nor time nor the cluster.
type steady struct {
	release lifecycle.Release
	files   map[string]string
	varying map[string]bool
}

// like reports whether a rendering differs from those of s in nothing but what
// varying templates read.
func (s *steady) like(in lifecycle.Inputs) bool {
	return s != nil && s.release == in.Release && !in.NextVersion && !in.NextImages
}

// print is what the templates of a chart print, by their names. Those that print
// the same for all revisions are executed once, unless templates tell each other
// anything by changing the values.
func (r *Renderer) print(source *chart.Chart, in lifecycle.Inputs, l *lookups) (map[string]string, error) {
	if s := r.steady.Load(); s.like(in) {
		if len(s.varying) == 0 {
			return maps.Clone(s.files), nil
		}
		varying, err := r.files(source, in, l, func(template string) bool { return s.varying[template] })
		if varying.Apart {
			files := maps.Clone(s.files)
			maps.Copy(files, varying.Files)
			return files, err
		}
	}
	rendered, err := r.files(source, in, l, nil)
	if err != nil {
		return nil, err
	}
	if s := (&steady{in.Release, maps.Clone(rendered.Files), rendered.Varying}); rendered.Apart && s.like(in) {
		r.steady.CompareAndSwap(nil, s)
	}
	return rendered.Files, nil
}

// sameMaps reports whether values hold the same as before templates saw them.
func sameMaps(a, b any) bool { return compareMaps(a, b, map[[2]uintptr]bool{}) }

// compareMaps looks at maps that stand in several places once.
func compareMaps(a, b any, seen map[[2]uintptr]bool) bool {
	switch x := asMap(a).(type) {
	case map[string]any:
		y, ok := asMap(b).(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		at := [2]uintptr{reflect.ValueOf(x).Pointer(), reflect.ValueOf(y).Pointer()}
		if seen[at] {
			return true
		}
		seen[at] = true
		for key, value := range x {
			other, ok := y[key]
			if !ok || !compareMaps(value, other, seen) {
				return false
			}
		}
		return true
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !compareMaps(x[i], y[i], seen) {
				return false
			}
		}
		return true
	default:
		return reflect.DeepEqual(a, b)
	}
}

func asMap(v any) any {
	if values, ok := v.(chartutil.Values); ok {
		return map[string]any(values)
	}
	return v
}
