package stateful

import (
	"bytes"
	"context"
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// ownSecrets tells which of the chart's own Secrets pods read in spite of those
// that the values bring. Where there may be any it renders the chart once more,
// without those, and with passwords of our own beside each: the Secret that
// holds one is what the given Secret is to take the place of.
func (l *linter) ownSecrets(ctx context.Context, c render.Case, renderer *render.Renderer, install *lifecycle.Rendering) []lint.OwnSecret {
	given := inventory.New(l.options.Release, install.Stream.Objects())
	own, passwords := c.WithPasswords(renderer.Values().All)
	ignored := slices.DeleteFunc(slices.Sorted(maps.Keys(passwords)), func(path string) bool {
		return bytes.Contains(install.Stream.Bytes(), []byte(c.Secrets[path]))
	})
	if len(ignored) == 0 && !lacksSecret(given, c) {
		return nil
	}
	other, err := l.renderer(own)
	if err != nil {
		return nil
	}
	rendering, err := other.Render(ctx, lifecycle.Inputs{Release: l.options.Release, Revision: 1})
	if err != nil {
		return nil
	}
	var out []lint.OwnSecret
	for _, o := range rendering.Stream.Objects() {
		if o.Kind != "Secret" || o.Group() != "" {
			continue
		}
		made := slices.ContainsFunc(given.Objects, func(g *manifest.Object) bool { return g.ID == o.ID })
		paths := slices.DeleteFunc(slices.Sorted(maps.Keys(c.Secrets)), func(path string) bool {
			return !slices.ContainsFunc(passwords[path], func(password string) bool { return holds(o, password) })
		})
		switch {
		case !made && len(paths) == 0:
			out = append(out, lint.OwnSecret{Path: strings.Join(withinChart(o, slices.Sorted(maps.Keys(c.Secrets))), " or "), Secret: o.ID, Source: o.Source})
		case !made:
			out = append(out, lint.OwnSecret{Path: paths[0], Secret: o.ID, Source: o.Source})
		case len(paths) > 0 && !slices.ContainsFunc(paths, func(path string) bool { return !slices.Contains(ignored, path) }):
			out = append(out, lint.OwnSecret{Path: paths[0], Secret: o.ID, Source: o.Source, Made: true})
		}
	}
	return l.withoutOthersSecrets(ctx, c, out)
}

// withoutOthersSecrets leaves out the Secrets that pods read, and the chart does
// not make, without any name or password as well: a Job of the chart or a person
// makes those.
func (l *linter) withoutOthersSecrets(ctx context.Context, c render.Case, list []lint.OwnSecret) []lint.OwnSecret {
	if len(list) == 0 {
		return nil
	}
	plain, _ := c.WithPasswords(nil)
	renderer, err := l.renderer(plain)
	if err != nil {
		return list
	}
	rendering, err := renderer.Render(ctx, lifecycle.Inputs{Release: l.options.Release, Revision: 1})
	if err != nil {
		return list // the chart demands one or the other
	}
	inv := inventory.New(l.options.Release, rendering.Stream.Objects())
	return slices.DeleteFunc(list, func(own lint.OwnSecret) bool {
		made := slices.ContainsFunc(inv.Objects, func(o *manifest.Object) bool { return o.ID == own.Secret })
		return !made && slices.ContainsFunc(inv.Workloads, func(w *inventory.Workload) bool { return slices.Contains(w.Secrets(), own.Secret.Name) })
	})
}

// withinChart are those of the values' paths that belong to the sub chart that an
// object comes from, or all where none does.
func withinChart(o *manifest.Object, paths []string) []string {
	folder, _, _ := strings.Cut(o.Source, "/templates/")
	names := strings.Split(folder, "/charts/")[1:]
	prefix := strings.Join(append(names, ""), ".")
	if within := slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return !strings.HasPrefix(path, prefix) }); len(within) > 0 {
		return within
	}
	return paths
}

// lacksSecret reports whether a pod of the release reads a Secret that neither
// the release has nor the values bring.
func lacksSecret(given *inventory.Inventory, c render.Case) bool {
	known := map[string]bool{}
	for _, o := range given.Objects {
		if o.Kind == "Secret" {
			known[o.Name] = true
		}
	}
	for _, name := range c.Secrets {
		known[name] = true
	}
	return slices.ContainsFunc(given.Workloads, func(w *inventory.Workload) bool {
		return slices.ContainsFunc(w.Secrets(), func(name string) bool { return !known[name] })
	})
}

// holds reports whether a Secret has a text in one of its values.
func holds(secret *manifest.Object, text string) bool {
	for _, value := range manifest.StringMapAt(secret.Fields, "data") {
		if decoded, err := base64.StdEncoding.DecodeString(value); err == nil && bytes.Contains(decoded, []byte(text)) {
			return true
		}
	}
	for _, value := range manifest.StringMapAt(secret.Fields, "stringData") {
		if strings.Contains(value, text) {
			return true
		}
	}
	return false
}
