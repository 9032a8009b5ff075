package render

import (
	"strconv"
	"strings"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

// raisedVersions returns a copy of a chart in which it and its sub charts have the
// next version and appVersion.
func raisedVersions(c *chart.Chart) *chart.Chart {
	next, metadata := *c, *c.Metadata
	metadata.Version, metadata.AppVersion = Raised(c.Metadata.Version), Raised(c.Metadata.AppVersion)
	next.Metadata = &metadata
	var dependencies []*chart.Chart
	for _, d := range c.Dependencies() {
		dependencies = append(dependencies, raisedVersions(d))
	}
	next.SetDependencies(dependencies...)
	return &next
}

var lastNumber = lazy.Pattern(`^(.*?)(\d+)(\D*)$`)

// Raised counts a version up in its last number: 1.2.3 is followed by 1.2.4,
// 8.0-debian-r7 by 8.0-debian-r8. A pre-release stays one, so that a chart
// that compares versions answers as before.
func Raised(version string) string {
	m := lastNumber().FindStringSubmatch(version)
	if m == nil {
		if version == "" {
			return ""
		}
		return version + "-2"
	}
	n, err := strconv.ParseUint(m[2], 10, 63)
	if err != nil {
		return version + "1"
	}
	return m[1] + strconv.FormatUint(n+1, 10) + m[3]
}

var (
	tagKey     = lazy.Pattern(`(?i)(^tag|image_?tag)$`)
	versionKey = lazy.Pattern(`(?i)(^|operator|image|app|server|chart)version$`)
	version    = lazy.Pattern(`\d\.\d`)
	imageValue = lazy.Pattern(`^([a-z0-9][a-z0-9._/-]*[a-z0-9]:)(v?\d[\w.-]*)$`)
)

// RaiseImages counts the image tags among values up: under keys such as tag,
// imageTag or operatorVersion, and those in images written as name:tag.
func RaiseImages(values map[string]any) {
	visitMaps(values, map[uintptr]bool{}, func(m map[string]any) {
		for key, value := range m {
			text, ok := value.(string)
			if !ok {
				continue
			}
			if tagKey().MatchString(key) || (versionKey().MatchString(key) && version().MatchString(text)) {
				m[key] = Raised(text)
			}
			if strings.HasSuffix(strings.ToLower(key), "image") {
				if parts := imageValue().FindStringSubmatch(text); parts != nil {
					m[key] = parts[1] + Raised(parts[2])
				}
			}
		}
	})
}
