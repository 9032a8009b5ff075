package render

import (
	"path"
	"strings"
)

// TemplateFile is a template as the chart has it.
type TemplateFile struct {
	// Path is relative to the chart's folder.
	Path string
	Text []byte
}

// Templates are those of the chart and of the sub charts that lie unpacked in
// it, in the order in which they were read.
func (c *Chart) Templates() []TemplateFile {
	var out []TemplateFile
	for _, f := range c.files {
		folder := path.Dir(f.Name)
		if folder == "templates" || strings.HasPrefix(folder, "templates/") || strings.HasPrefix(folder, "charts/") && strings.Contains(folder+"/", "/templates/") {
			out = append(out, TemplateFile{Path: f.Name, Text: f.Data})
		}
	}
	return out
}
