package licences

import (
	"io"

	"github.com/CycloneDX/cyclonedx-go"
)

// WriteBill writes the program, of a version, and its modules as a CycloneDX bill
// of materials in JSON. It has neither a time nor a serial number: the same
// program, the same bytes.
func WriteBill(w io.Writer, version string, modules []Module) error {
	const program = "github.com/helm-stateful/helm-stateful"
	bill := cyclonedx.NewBOM()
	self := component(cyclonedx.ComponentTypeApplication, program, version, []string{"Apache-2.0"})
	bill.Metadata = &cyclonedx.Metadata{Component: &self}
	uses := cyclonedx.Dependency{Ref: self.BOMRef, Dependencies: &[]string{}}
	bill.Components = &[]cyclonedx.Component{}
	for _, m := range modules {
		c := component(cyclonedx.ComponentTypeLibrary, m.Path, m.Version, m.Licences)
		*bill.Components = append(*bill.Components, c)
		*uses.Dependencies = append(*uses.Dependencies, c.BOMRef)
	}
	bill.Dependencies = &[]cyclonedx.Dependency{uses}
	return cyclonedx.NewBOMEncoder(w, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(bill)
}

func component(kind cyclonedx.ComponentType, path, version string, stated []string) cyclonedx.Component {
	url := "pkg:golang/" + path + "@" + version
	c := cyclonedx.Component{Type: kind, Name: path, Version: version, PackageURL: url, BOMRef: url, Licenses: &cyclonedx.Licenses{}}
	for _, id := range stated {
		*c.Licenses = append(*c.Licenses, cyclonedx.LicenseChoice{License: &cyclonedx.License{ID: id}})
	}
	return c
}
