package render

import (
	"regexp"
	"strings"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// chance matches the template functions whose answer is new each time
// (sprig v3.3.0 functions.go).
var chance = regexp.MustCompile(`\b(rand(Alpha|AlphaNum|Numeric|Ascii|Bytes|Int)|uuidv4|gen(CA|CAWithKey|SelfSignedCert|SelfSignedCertWithKey|SignedCert|SignedCertWithKey|PrivateKey)|htpasswd|bcrypt|shuffle|now|ago|date|dateInZone|htmlDate|htmlDateInZone|encryptAES)\b`)

var upgrade = regexp.MustCompile(`\.(IsUpgrade|IsInstall|Revision)\b`)

// sensesOf reads off the templates, and whatever tpl may render, which inputs
// can matter. It may see more than there is, never less.
func sensesOf(c *chart.Chart) lifecycle.Senses {
	var s lifecycle.Senses
	for _, f := range c.Raw {
		if strings.HasPrefix(f.Name, "charts/") || strings.HasPrefix(f.Name, "crds/") || strings.HasSuffix(f.Name, ".md") {
			continue // looked at as sub charts, or never rendered
		}
		s.Chance = s.Chance || chance.Match(f.Data)
		s.Upgrade = s.Upgrade || upgrade.Match(f.Data)
	}
	for _, d := range c.Dependencies() {
		sub := sensesOf(d)
		s.Chance = s.Chance || sub.Chance
		s.Upgrade = s.Upgrade || sub.Upgrade
	}
	return s
}
