package cluster_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pmezard/go-difflib/difflib"
	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/cluster/apiserver"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// compared counts the requests that were sent to both clusters, steps those
// that were played with Helm.
var compared, steps atomic.Int64

// pair sends each request to both clusters and fails the test where they do
// not agree.
type pair struct {
	t      *testing.T
	mode   lifecycle.Mode
	sim    simulated
	server real
	// early says that nothing waits for the controllers.
	early bool
}

func newPair(t *testing.T, mode lifecycle.Mode) *pair {
	return &pair{t: t, mode: mode, sim: newSimulated(), server: real{t}}
}

func (p *pair) create(object map[string]any) answer {
	p.t.Helper()
	return p.agree("create", nil, object, func(w world, _, object map[string]any) answer { return w.create(p.mode, object) })
}

func (p *pair) update(previous, next map[string]any) answer {
	p.t.Helper()
	return p.agree("update", previous, next, func(w world, previous, next map[string]any) answer { return w.update(p.mode, previous, next) })
}

func (p *pair) delete(object map[string]any) {
	p.t.Helper()
	compared.Add(1)
	for _, w := range p.worlds() {
		w.delete(object)
		w.settle(object)
	}
}

func (p *pair) worlds() []world { return []world{p.sim, p.server} }

// agree sends one request to both. The values of a manifest that say so are
// filled in from what each cluster has.
func (p *pair) agree(what string, previous, next map[string]any, send func(w world, previous, next map[string]any) answer) answer {
	p.t.Helper()
	compared.Add(1)
	var answers [2]answer
	var stored [2]map[string]any
	for i, w := range p.worlds() {
		live := w.get(next)
		answers[i] = send(w, filled(previous, live), filled(next, live))
		if !p.early {
			w.settle(next)
		}
		stored[i] = w.get(next)
	}
	request := fmt.Sprintf("%s %s, %s\nprevious:\n%s\nsent:\n%s", p.mode, what, identify(next), text(previous), text(next))
	said, wanted := normal(answers[0].String()), normal(answers[1].String())
	if said != wanted {
		p.t.Errorf("%s\nthe simulation says  %s\nthe API server says  %s", request, answers[0], answers[1])
		return answers[1]
	}
	if what == "update" && answers[1].refused {
		noteRefused(previous, next, answers[1].message)
	}
	if identify(next).Kind == "Pod" {
		return answers[1] // admission adds service account, tolerations and priority
	}
	if !apiserver.New().Known(identify(next).APIVersion, identify(next).Kind) {
		return answers[1] // the simulation stores it without its defaults
	}
	if a, b := text(essence(stored[0])), text(essence(stored[1])); a != b {
		diff, _ := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
			A: difflib.SplitLines(a), B: difflib.SplitLines(b), FromFile: "simulated", ToFile: "real", Context: 3,
		})
		p.t.Errorf("%s\nwas accepted, but what is stored differs:\n%s", request, diff)
	}
	return answers[1]
}

func text(o map[string]any) string {
	if o == nil {
		return ""
	}
	out, err := yaml.Marshal(o)
	if err != nil {
		return err.Error()
	}
	return string(out)
}

// fromLive in a manifest stands for what the cluster has at that place.
const fromLive = "${live}"

func filled(manifest, liveObject map[string]any) map[string]any {
	if manifest == nil {
		return nil
	}
	return fill(clone(manifest), liveObject).(map[string]any)
}

func fill(value, has any) any {
	switch v := value.(type) {
	case map[string]any:
		h, _ := has.(map[string]any)
		for k, item := range v {
			v[k] = fill(item, h[k])
		}
	case string:
		if v == fromLive {
			return has
		}
	}
	return value
}

var (
	uid     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	address = regexp.MustCompile(`\b10\.9\d\.\d+\.\d+\b|\bfd00::[0-9a-f]+\b`)
	// What stands between "Invalid value: " and the reason is the whole new
	// value, with all defaults.
	value = regexp.MustCompile(`Invalid value: ([^ ].*?): (field is immutable|may not)`)
)

// undecodable are the ways to say that an object does not fit its type. They
// depend on the request; what follows is the decoder's own word.
var undecodable = regexp.MustCompile(`(?s)^refused: (?:\w+ in version "\w+" cannot be handled as a \w+` +
	`| "" is invalid: patch: Invalid value: ".*"` +
	`|failed to convert new object \(.*?\) to proper version: unable to convert unstructured object to [^:]*(?:: error decoding from json)?): (.*)$`)

// reasons are those of which a message gives some at random, or with all that
// the cluster has added to the object.
var reasons = regexp.MustCompile(`(failed to create typed patch object \(.*?\)|list element types are not identical): .*`)

// normal takes from a message what differs from cluster to cluster.
func normal(message string) string {
	message = undecodable.ReplaceAllString(message, "refused as undecodable: $1")
	message, _, _ = strings.Cut(message, "\n") // then comes a diff of two pods
	message = reasons.ReplaceAllString(message, "$1")
	message = uid.ReplaceAllString(message, "UID")
	message = address.ReplaceAllString(message, "ADDRESS")
	return strings.TrimSpace(value.ReplaceAllString(message, "Invalid value: …: $2"))
}

// essence takes from a stored object what differs from cluster to cluster,
// and what only the real controllers write.
func essence(o map[string]any) map[string]any {
	if o == nil {
		return nil
	}
	o = clone(o)
	delete(o, "status")
	meta, _ := o["metadata"].(map[string]any)
	for _, key := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "finalizers", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"} {
		delete(meta, key)
	}
	if annotations, ok := meta["annotations"].(map[string]any); ok {
		for key := range annotations {
			if written.MatchString(key) {
				delete(annotations, key)
			}
		}
		if len(annotations) == 0 {
			delete(meta, "annotations")
		}
	}
	spec, _ := o["spec"].(map[string]any)
	if manifest.StringAt(o, "kind") == "Service" && manifest.StringAt(spec, "clusterIP") != "None" {
		for _, key := range []string{"clusterIP", "clusterIPs", "healthCheckNodePort"} {
			delete(spec, key)
		}
		for _, port := range manifest.ListAt(spec, "ports") {
			delete(port.(map[string]any), "nodePort")
		}
	}
	return anonymous(o).(map[string]any)
}

var written = regexp.MustCompile(`^(deployment\.kubernetes\.io/revision|volume(\.beta)?\.kubernetes\.io/storage-provisioner|pv\.kubernetes\.io/.*|deprecated\.daemonset\.template\.generation)$`)

// anonymous replaces uids by a word and leaves out what is empty: null, [] and
// {} are the same to the API server.
func anonymous(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for k, item := range v {
			if v[k] = anonymous(item); isEmpty(v[k]) {
				delete(v, k)
			}
		}
	case []any:
		for i, item := range v {
			v[i] = anonymous(item)
		}
	case string:
		return uid.ReplaceAllString(v, "UID")
	}
	return value
}

func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}
