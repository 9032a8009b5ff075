package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// fieldsOf traces all fields that a chart renders.
func (m *measure) fieldsOf(ctx context.Context, path string) error {
	chart, err := render.Load(path)
	if err != nil {
		return err
	}
	renderer, err := chart.Renderer(render.Options{})
	if err != nil {
		return err
	}
	in := lifecycle.Inputs{Release: lifecycle.Release{Name: "release-name", Namespace: "default"}, Revision: 1}
	rendering, err := renderer.Render(ctx, in)
	if err != nil {
		return err
	}
	origins, err := renderer.Origins(ctx, in)
	if err != nil {
		return err
	}
	before := m.fields.all - m.fields.exact
	for _, o := range rendering.Stream.Objects() {
		walk(o.Fields, nil, func(field manifest.Path, value any) {
			m.field(path, origins, o, field, value)
		})
	}
	if m.fields.all-m.fields.exact > before {
		m.noticed++
	}
	return nil
}

func (m *measure) field(chart string, origins *render.Origins, o *manifest.Object, field manifest.Path, value any) {
	m.fields.all++
	origin, ok := origins.Of(o, field)
	switch {
	case !ok:
		m.miss("no template", chart, o, field, origin)
		return
	case origin.Line == 0:
		m.miss("nothing found", chart, o, field, origin)
		return
	case !origin.Exact:
		m.miss("guessed", chart, o, field, origin)
		return
	}
	m.fields.exact++
	if origin.Action {
		m.byAction++
	}
	compared, err := check(origin, field[len(field)-1].(string), value)
	if compared {
		m.values++
	}
	if err != nil {
		m.wrong = append(m.wrong, fmt.Sprintf("wrong: %s: %s %s is not at %s:%d:%d: %v", chart, o, field, origin.Path, origin.Line, origin.Column, err))
	}
}

func (m *measure) miss(class, chart string, o *manifest.Object, field manifest.Path, origin render.Origin) {
	m.misses[class]++
	fmt.Fprintf(m.verbose, "%s: %s: %s %s %s:%d\n", class, chart, o, field, origin.Path, origin.Line)
}

var plain = regexp.MustCompile(`^[\w./-]+$`)

// check holds a place against the template's text. It reports whether there is
// a value, too, that could be compared.
func check(origin render.Origin, key string, value any) (compared bool, err error) {
	line, ok := lineOf(origin.Text, origin.Line)
	if !ok {
		return false, fmt.Errorf("the template has no such line")
	}
	runes := []rune(line)
	if origin.Column > len(runes) {
		return false, fmt.Errorf("the line has no such column: %q", line)
	}
	text := string(runes[origin.Column-1:])
	if origin.Action {
		if !strings.HasPrefix(text, "{{") {
			return false, fmt.Errorf("no action: %q", text)
		}
		return false, nil
	}
	if strings.HasPrefix(text, "&") { // an anchor stands before its key
		_, text, _ = strings.Cut(text, " ")
	}
	var rest string
	for _, quote := range []string{"", `"`, "'"} {
		if after, found := strings.CutPrefix(text, quote+key+quote); found {
			rest = after
			break
		}
	}
	if rest == "" && strings.HasPrefix(strings.TrimSpace(line), "? ") {
		return false, nil // the colon stands on a line of its own
	}
	if rest == "" {
		// A key that is put together begins here and goes on with an action.
		if literal, _, found := strings.Cut(text, "{{"); found && strings.HasPrefix(key, strings.TrimLeft(strings.TrimSpace(literal), `"'`)) {
			return false, nil
		}
		return false, fmt.Errorf("another key: %q", text)
	}
	after, found := strings.CutPrefix(strings.TrimLeft(rest, " "), ":")
	if !found {
		return false, fmt.Errorf("no key: %q", text)
	}
	after = strings.TrimSpace(after)
	if !plain.MatchString(after) {
		return false, nil
	}
	var written any
	if err := yaml.Unmarshal([]byte(after), &written); err != nil {
		return false, nil
	}
	if text := fmt.Sprint(value); fmt.Sprint(written) != text && after != text && !strings.HasPrefix(text, after+" ") { // a text may go on
		return true, fmt.Errorf("another value than %v: %q", value, text)
	}
	return true, nil
}

func lineOf(text string, n int) (string, bool) {
	lines := strings.Split(text, "\n")
	if n < 1 || n > len(lines) {
		return "", false
	}
	return strings.TrimRight(lines[n-1], "\r"), true
}

// walk visits every key of every map.
func walk(value any, path manifest.Path, visit func(manifest.Path, any)) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range sortedKeys(v) {
			at := path.Append(key)
			visit(at, v[key])
			walk(v[key], at, visit)
		}
	case []any:
		for i, item := range v {
			walk(item, path.Append(i), visit)
		}
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
