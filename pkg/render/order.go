package render

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/releaseutil"
	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// printed is one document that a template has printed.
type printed struct {
	text string // as helm template shows it
	kind string
}

// inInstallOrder is the output of helm template for what templates have printed,
// by their names: manifests in install order, then hooks. It is what Helm's
// SortManifests makes of them (helm v3.22.0, pkg/releaseutil), which parses every
// document once more and took as long as the templates themselves.
func inInstallOrder(files map[string]string, cache *manifest.Cache) (string, error) {
	var manifests, hooks []printed
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		for _, content := range documentsOf(files[name]) {
			p := printed{text: fmt.Sprintf("---\n# Source: %s\n%s\n", name, content)}
			head, err := headOf(content, p.text[len("---\n"):], cache)
			if err != nil {
				return "", fmt.Errorf("YAML parse error on %s: %w", name, err)
			}
			p.kind = head.kind
			switch {
			case !head.isHook:
				manifests = append(manifests, p)
			case knowsEvents(head.events):
				hooks = append(hooks, p)
			}
		}
	}
	var b strings.Builder
	for _, m := range byKind(manifests) {
		b.WriteString(m.text)
	}
	text := strings.TrimSpace(b.String()) + "\n"
	b.Reset()
	b.WriteString(text)
	for _, h := range byKind(hooks) {
		b.WriteString(h.text)
	}
	return b.String(), nil
}

// documentsOf cuts what a template has printed as Helm's SplitManifests does: at
// "---" at the start of a line, with the white space around it, whatever follows
// on the line.
func documentsOf(text string) []string {
	const space, separator = " \t\n\f\r", "---"
	var out []string
	add := func(document string) {
		if document != "" {
			out = append(out, strings.TrimSpace(document))
		}
	}
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, separator); ok {
		text = strings.TrimLeft(rest, space)
	}
	for {
		before, rest, found := strings.Cut(text, "\n"+separator)
		if !found {
			add(text)
			return out
		}
		add(strings.TrimRight(before, space))
		text = strings.TrimLeft(rest, space)
	}
}

// head is what Helm looks at to sort a document.
type head struct {
	kind   string
	isHook bool
	events string
}

// headOf reads a document's head, from the cache's reading of the document as it
// is shown where that leaves no doubt.
func headOf(content, shown string, cache *manifest.Cache) (head, error) {
	if beginsPlainly(content) {
		if fields, ok := cache.Fields([]byte(shown)); ok {
			if h, ok := plainHead(fields); ok {
				return h, nil
			}
		}
	}
	var simple releaseutil.SimpleHead
	if err := yaml.Unmarshal([]byte(content), &simple); err != nil {
		return head{}, err
	}
	h := head{kind: simple.Kind}
	if simple.Metadata != nil {
		h.events, h.isHook = simple.Metadata.Annotations[release.HookAnnotation]
	}
	return h, nil
}

// beginsPlainly is false for what means something at the very beginning alone:
// a byte order mark, a directive.
func beginsPlainly(content string) bool {
	return content == "" || content[0] < utf8.RuneSelf && content[0] != '%'
}

// plainHead is false where Helm may read something else, for it takes keys in
// any case and writes numbers out as text, or where it may find a mistake.
func plainHead(fields map[string]any) (h head, ok bool) {
	if !exactKeys(fields, "apiVersion", "kind", "metadata") {
		return h, false
	}
	metadata, ok := fields["metadata"].(map[string]any)
	if !ok && fields["metadata"] != nil || !exactKeys(metadata, "name", "annotations") {
		return h, false
	}
	annotations, ok := metadata["annotations"].(map[string]any)
	if !ok && metadata["annotations"] != nil {
		return h, false
	}
	for _, value := range annotations {
		if _, ok := value.(string); !ok {
			return h, false
		}
	}
	for _, value := range []any{fields["apiVersion"], fields["kind"], metadata["name"]} {
		if _, ok := value.(string); !ok && value != nil {
			return h, false
		}
	}
	h.kind, _ = fields["kind"].(string)
	h.events, h.isHook = annotations[release.HookAnnotation].(string)
	return h, true
}

// exactKeys reports whether the keys of m that are one of names, in any case,
// are written as there.
func exactKeys(m map[string]any, names ...string) bool {
	for key := range m {
		for _, name := range names {
			if key != name && strings.EqualFold(key, name) {
				return false
			}
		}
	}
	return true
}

// knowsEvents reports whether Helm knows all events of a hook. It leaves the
// others out.
func knowsEvents(list string) bool {
	for event := range strings.SplitSeq(list, ",") {
		switch release.HookEvent(strings.ToLower(strings.TrimSpace(event))) {
		case release.HookPreInstall, release.HookPostInstall, release.HookPreDelete, release.HookPostDelete, release.HookPreUpgrade,
			release.HookPostUpgrade, release.HookPreRollback, release.HookPostRollback, release.HookTest, "test-success":
		default:
			return false
		}
	}
	return true
}

// byKind sorts documents by their place in Helm's install order, those of
// kinds that it does not name last, by the names of the kinds.
func byKind(documents []printed) []printed {
	last := len(releaseutil.InstallOrder)
	place := make(map[string]int, last)
	for i, kind := range releaseutil.InstallOrder {
		place[kind] = i
	}
	placeOf := func(kind string) int {
		if i, ok := place[kind]; ok {
			return i
		}
		return last
	}
	slices.SortStableFunc(documents, func(a, b printed) int {
		i, j := placeOf(a.kind), placeOf(b.kind)
		if i == last && j == last {
			return strings.Compare(a.kind, b.kind)
		}
		return cmp.Compare(i, j)
	})
	return documents
}
