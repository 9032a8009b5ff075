package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkGivenSecrets finds charts that take the name of a Secret and then need
// their own: one that they do not make then, or one that they make all the same.
func checkGivenSecrets(p *lint.Pass) {
	for _, own := range p.Given.Secrets {
		var readers []*manifest.Object
		var path manifest.Path
		for _, w := range p.Workloads {
			if place := placeOfSecret(p, w, own.Secret); place != nil {
				readers = append(readers, w.Object)
				if path == nil {
					path = place
				}
			}
		}
		if len(readers) == 0 {
			continue
		}
		r := lint.Report{Object: readers[0], Path: path, Related: readers[1:], Breaks: []string{"pods never start"}}
		if p.Probe && chartOf(own.Source) != chartOf(readers[0].Source) {
			r.Severity = lint.Warning // nobody but the sub chart has offered the value
		}
		also := ""
		if len(readers) > 1 {
			also = fmt.Sprintf(", and so do those of %s", enumerateObjects(readers[1:]))
		}
		r.Message = fmt.Sprintf("%s is accepted, and the chart then does not make %s, which these pods still read%s: they wait for it in vain", own.Path, own.Secret, also)
		if own.Made {
			r.Message = fmt.Sprintf("%s is accepted, but nothing reads the Secret that it names; the chart makes %s all the same, and these pods go on reading that%s", own.Path, own.Secret, also)
			r.Breaks = []string{"the password in the existing Secret is not used"}
		}
		p.Report(r)
	}
}

// placeOfSecret is where a workload names a Secret without which its pods do not
// start, or nil.
func placeOfSecret(p *lint.Pass, w *inventory.Workload, secret manifest.ID) manifest.Path {
	if w.Object.Hook.IsTest() || p.Namespace(w.Object) != cmp.Or(secret.Namespace, p.Release.Namespace) {
		return nil
	}
	needs := needsOf(w)
	i := slices.IndexFunc(needs, func(n need) bool { return n.kind == "Secret" && n.name == secret.Name })
	if i < 0 {
		return nil
	}
	return needs[i].path
}

// chartOf is the chart, or sub chart, that a template belongs to.
func chartOf(source string) string {
	chart, _, _ := strings.Cut(source, "/templates/")
	return chart
}
