package report

import (
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// place is where a finding shows in a program that knows files.
type place struct {
	// Path has forward slashes. It is relative to the working directory where it
	// lies below that, and "" when no file is known.
	Path string
	// Line and Column count from 1; 0 is unknown.
	Line, Column int
}

// placeOf finds the file of a finding. dir is the working directory, "" leaves
// absolute paths as they are.
func placeOf(f *lint.Finding, dir string) place {
	chart := chartPath(f.ChartPath, dir)
	switch {
	case isArchive(f.ChartPath), isURL(f.ChartPath): // what is inside has no path of its own
		return place{Path: chart}
	case f.Template == nil && chart == "":
		return place{}
	case f.Template == nil:
		return place{Path: path.Join(chart, "Chart.yaml")}
	case f.Template.Archive != "":
		return place{Path: path.Join(chart, filepath.ToSlash(f.Template.Archive))}
	}
	return place{Path: path.Join(chart, filepath.ToSlash(f.Template.Path)), Line: f.Template.Line, Column: f.Template.Column}
}

// templateOf names a finding's template and the line in it, within the chart.
func templateOf(f *lint.Finding) string {
	return place{Path: f.Template.Path, Line: f.Template.Line, Column: f.Template.Column}.String()
}

// templatePlace is templateOf, with the archive that it lies in.
func templatePlace(f *lint.Finding) string {
	if f.Template.Archive == "" {
		return templateOf(f)
	}
	return templateOf(f) + " (in " + f.Template.Archive + ")"
}

// packed reports whether a finding's template is no file of its own, so that
// placeOf gives the archive that holds it.
func packed(f *lint.Finding) bool {
	return f.Template != nil && (f.Template.Archive != "" || isArchive(f.ChartPath) || isURL(f.ChartPath))
}

// chartPath is a chart's path as placeOf gives it.
func chartPath(name, dir string) string {
	switch {
	case name == stdin:
		return ""
	case name == "", isURL(name):
		return name
	}
	if dir != "" && filepath.IsAbs(name) {
		if below, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(below) {
			name = below
		}
	}
	return filepath.ToSlash(filepath.Clean(name))
}

// stdin is the path of manifests that were read from standard input.
const stdin = "-"

func isURL(name string) bool { return strings.Contains(name, "://") }

func isArchive(name string) bool {
	return strings.HasSuffix(name, ".tgz") || strings.HasSuffix(name, ".tar.gz")
}

// uri is the path as a URI reference.
func (p place) uri() string {
	if isURL(p.Path) {
		return p.Path
	}
	u := url.URL{Path: p.Path}
	if path.IsAbs(p.Path) {
		u.Scheme = "file"
	}
	return u.String()
}

// String is the path, with the line and the column where they are known.
func (p place) String() string {
	switch {
	case p.Line == 0:
		return p.Path
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.Path, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.Path, p.Line, p.Column)
}
