package render

import (
	"path"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"sigs.k8s.io/yaml"
)

// layout is where the files of a chart and its sub charts are.
type layout struct {
	// dir is the chart's folder, seen from its parent's.
	dir string
	// archive is the file in charts/ that the chart was packed in, seen from its
	// parent's folder, "" for one that lies unpacked.
	archive string
	// subs are the sub charts by name, aliases the names by alias.
	subs    map[string]*layout
	aliases map[string]string
	// templates of the chart and its sub charts, by path from the chart's
	// folder.
	templates map[string][]byte
}

// layoutOf reads the layout of a chart that Helm has just loaded: the names of
// folders are no longer in it, but among its raw files.
func layoutOf(c *chart.Chart) *layout {
	l := &layout{subs: map[string]*layout{}, aliases: map[string]string{}, templates: map[string][]byte{}}
	for _, d := range c.Metadata.Dependencies {
		if d != nil && d.Alias != "" {
			l.aliases[d.Alias] = d.Name
		}
	}
	for _, f := range c.Templates {
		l.templates[f.Name] = f.Data
	}
	for _, sub := range c.Dependencies() {
		s := layoutOf(sub)
		s.dir, s.archive = folderOf(c, sub)
		l.subs[sub.Name()] = s
		for name, text := range s.templates {
			l.templates[path.Join(s.dir, name)] = text
		}
	}
	return l
}

// sub returns the sub chart of a name or alias, or nil. A nil layout has none.
func (l *layout) sub(name string) *layout {
	if l == nil {
		return nil
	}
	if own, ok := l.aliases[name]; ok {
		name = own
	}
	return l.subs[name]
}

// folderOf returns the folder of a sub chart, seen from its parent's: the one
// under charts/, or that a file:// dependency names, or that a packed one would
// have; and the archive of a packed one.
func folderOf(c, sub *chart.Chart) (dir, archive string) {
	unpacked := path.Join("charts", sub.Name())
	for _, f := range c.Raw {
		parts := strings.Split(f.Name, "/")
		if len(parts) != 3 || parts[0] != "charts" || parts[2] != "Chart.yaml" {
			continue
		}
		var metadata chart.Metadata
		if err := yaml.Unmarshal(f.Data, &metadata); err != nil || metadata.Name != sub.Name() || metadata.Version != sub.Metadata.Version {
			continue
		}
		if strings.HasSuffix(parts[1], folderEnd) {
			return namedFolder(c, sub, unpacked), ""
		}
		return path.Join("charts", parts[1]), ""
	}
	return unpacked, archiveOf(c, sub)
}

// archiveOf returns the archive in charts/ that a sub chart was read from, as
// helm package names it, or the one that may be meant, or "".
func archiveOf(c, sub *chart.Chart) string {
	var some []string
	for _, f := range c.Raw {
		if dir, file := path.Split(f.Name); dir == "charts/" && strings.HasPrefix(file, sub.Name()) && path.Ext(file) == ".tgz" {
			if file == sub.Name()+"-"+sub.Metadata.Version+".tgz" {
				return f.Name
			}
			some = append(some, f.Name)
		}
	}
	if len(some) == 1 {
		return some[0]
	}
	return ""
}

// namedFolder returns the folder that a file:// dependency names.
func namedFolder(c, sub *chart.Chart, otherwise string) string {
	for _, d := range c.Metadata.Dependencies {
		if d == nil || d.Name != sub.Name() {
			continue
		}
		if folder, local := strings.CutPrefix(d.Repository, fileScheme); local && !path.IsAbs(folder) {
			return path.Clean(folder)
		}
	}
	return otherwise
}
