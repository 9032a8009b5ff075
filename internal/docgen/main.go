// Command docgen writes what the documentation takes from the rules:
// docs/rules/*.md, the table in README.md and the JSON schema of the
// configuration; and the list of licences, from the modules. With -check it
// writes nothing and fails when a committed text is stale. With -licences or
// -sbom it writes the texts of the licences, or a bill of materials, into a file;
// with -man, the manual pages into a folder.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/internal/licences"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

func main() {
	check := flag.Bool("check", false, "fail when a committed text is stale instead of writing it")
	texts := flag.String("licences", "", "write the texts of all licences into this `file` instead")
	bill := flag.String("sbom", "", "write a CycloneDX bill of materials into this `file` instead")
	version := flag.String("version", "", "the program's `version` in the bill of materials")
	pages := flag.String("man", "", "write the manual pages into this `folder` instead")
	flag.Parse()
	work := func() error { return run(".", *check, generate, listLicences) }
	switch {
	case *pages != "":
		work = func() error { return writeManual(*pages) }
	case *texts != "":
		work = func() error { return writeFrom(".", *texts, licences.Write) }
	case *bill != "":
		work = func() error {
			return writeFrom(".", *bill, func(w io.Writer, modules []licences.Module) error { return licences.WriteBill(w, *version, modules) })
		}
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

const rulesFolder = "docs/rules"

// run generates the documentation of the checkout at root, each generator some
// of the files.
func run(root string, check bool, generators ...func(root string) (map[string]string, error)) error {
	texts := map[string]string{}
	for _, generator := range generators {
		some, err := generator(root)
		if err != nil {
			return err
		}
		maps.Copy(texts, some)
	}
	stale, err := leftovers(root, texts)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		path := filepath.Join(root, name)
		old, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		switch {
		case err == nil && bytes.Equal(old, []byte(texts[name])):
		case check:
			stale = append(stale, name)
		default:
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(path, []byte(texts[name]), 0o644); err != nil {
				return err
			}
		}
	}
	if len(stale) == 0 {
		return nil
	}
	if check {
		return fmt.Errorf("stale: %s; run make docs", strings.Join(stale, ", "))
	}
	for _, name := range stale {
		if err := os.Remove(filepath.Join(root, name)); err != nil {
			return err
		}
	}
	return nil
}

// generate returns the texts by their file names.
func generate(root string) (map[string]string, error) {
	texts := map[string]string{}
	for _, r := range rules.All() {
		texts[rulesFolder+"/"+r.Name+".md"] = report.RuleMarkdown(r)
	}
	texts[rulesFolder+"/README.md"] = index(rules.All())
	schema, err := configSchema(root)
	if err != nil {
		return nil, err
	}
	texts[configSchemaFile] = schema
	outputs, err := outputSchemas(root)
	if err != nil {
		return nil, err
	}
	maps.Copy(texts, outputs)
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return nil, err
	}
	table := report.RuleTable(rules.All(), func(r *lint.Rule) string { return rulesFolder + "/" + r.Name + ".md" })
	shown, err := demo(root)
	if err != nil {
		return nil, err
	}
	text := string(readme)
	for mark, middle := range map[string]string{"rules": "\n" + table + "\n", "demo": shown} {
		if text, err = between(text, "<!-- "+mark+" -->\n", "<!-- /"+mark+" -->", middle); err != nil {
			return nil, fmt.Errorf("README.md: %w", err)
		}
	}
	texts["README.md"] = text
	return texts, nil
}

const demoChart = "testdata/charts/grafana-volume-name-lookup"

// demo is what lint prints of one fixture.
func demo(root string) (string, error) {
	path := filepath.Join(root, demoChart)
	r, err := stateful.Lint(context.Background(), []string{path}, stateful.LintOptions{})
	if err != nil {
		return "", err
	}
	r.Charts[0].Path = demoChart
	for i := range r.Findings {
		r.Findings[i].ChartPath = demoChart
	}
	var b strings.Builder
	b.WriteString("```\n$ helm stateful lint " + demoChart + "\n")
	if err := (report.Text{Rules: rules.All()}).Write(&b, r); err != nil {
		return "", err
	}
	b.WriteString("```\n")
	return b.String(), nil
}

// between replaces what stands between two marks.
func between(text, start, end, middle string) (string, error) {
	i := strings.Index(text, start)
	if i < 0 {
		return "", fmt.Errorf("the mark %q is missing", strings.TrimSpace(start))
	}
	i += len(start)
	j := strings.Index(text[i:], end)
	if j < 0 {
		return "", fmt.Errorf("the mark %q is missing", end)
	}
	return text[:i] + middle + text[i+j:], nil
}

// leftovers are the pages of rules that are no more.
func leftovers(root string, texts map[string]string) ([]string, error) {
	pages, err := filepath.Glob(filepath.Join(root, rulesFolder, "*.md"))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, page := range pages {
		name := rulesFolder + "/" + filepath.Base(page)
		if _, ok := texts[name]; !ok {
			out = append(out, name)
		}
	}
	return out, nil
}
