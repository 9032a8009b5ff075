package rules

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// renewal is a key of a Secret or ConfigMap under which another rendering has
// another credential.
type renewal struct {
	key string
	// labels are the names of what is new: the key, or what stands before the
	// new parts of a longer text.
	labels []string
	// value is what the first of the two renderings has.
	value string
	// keyPair says that it is a certificate or a private key, by which programs
	// know each other. Nothing that is stored depends on it.
	keyPair bool
}

// contentOf is what a Secret or ConfigMap holds, by key and decoded.
func contentOf(o *manifest.Object) map[string]string {
	if !isSecret(o) {
		return manifest.StringMapAt(o.Fields, "data")
	}
	content := secretData(o)
	for key, value := range content {
		if text, err := base64.StdEncoding.DecodeString(value); err == nil {
			content[key] = string(text)
		}
	}
	return content
}

// keyPath is where a Secret or ConfigMap writes a key.
func keyPath(o *manifest.Object, key string) manifest.Path {
	if _, ok := manifest.Lookup(o.Fields, "stringData", key); ok {
		return manifest.Path{"stringData", key}
	}
	return manifest.Path{"data", key}
}

// generated returns what is made up anew each time a Secret or ConfigMap is
// rendered, in the order of the keys. In a Secret all but dates and checksums
// is taken for a credential, in a ConfigMap only what is called one.
func generated(r *lifecycle.Rehearsal, o *manifest.Object) []renewal {
	if r.Repeat == nil {
		return nil
	}
	return renewals(o, r.In(r.Repeat, o))
}

// renewals compares two renderings of an object.
func renewals(o, other *manifest.Object) []renewal {
	if other == nil || other == o {
		return nil
	}
	var out []renewal
	before, after := contentOf(o), contentOf(other)
	for _, key := range slices.Sorted(maps.Keys(before)) {
		again, ok := after[key]
		if !ok || before[key] == again {
			continue
		}
		labels := slices.DeleteFunc(labelsOf(key, before[key], again), func(label string) bool {
			return isMark(label) || isConfigMap(o) && !isCredential(label)
		})
		if len(labels) > 0 {
			out = append(out, renewal{key: key, labels: labels, value: before[key], keyPair: strings.HasPrefix(strings.TrimSpace(before[key]), "-----BEGIN ")})
		}
	}
	return out
}

// renewedIn returns those of the generated values that another rendering of the
// object has anew as well.
func renewedIn(list []renewal, o, other *manifest.Object) []renewal {
	again := renewals(o, other)
	return slices.DeleteFunc(slices.Clone(list), func(g renewal) bool {
		return !slices.ContainsFunc(again, func(a renewal) bool { return a.key == g.key })
	})
}

func keysOf(list []renewal) []string {
	var out []string
	for _, g := range list {
		out = append(out, g.key)
	}
	return out
}

// isCredential reports whether the key or a label of the renewal speaks of a
// credential.
func (g renewal) isCredential() bool {
	return isCredential(g.key) || slices.ContainsFunc(g.labels, isCredential)
}

// calls reports whether the key or a label of the renewal matches.
func (g renewal) calls(pattern *regexp.Regexp) bool {
	return pattern.MatchString(g.key) || slices.ContainsFunc(g.labels, pattern.MatchString)
}

// isLoose reports whether the value is one that data hardly ever depends on,
// though one cannot be sure.
func (g renewal) isLoose() bool { return g.calls(looseName()) && !g.calls(boundName()) }

// isLogin reports whether all that is lost with the value is that people are
// logged in.
func (g renewal) isLogin() bool { return g.calls(loginName()) && !g.calls(clusterName()) }

var (
	credentialName = lazy.Pattern(`(?i)(passw(or)?d|passphrase|passcode|pass|pwd|pw|token|secret|credential|key|key_?base|salt|cookie|cert|certificate|crt|pem|auth|` +
		`dsn|jwt|hmac|requirepass|identified by|cluster[-_.]?id)s?[-_.]?\d*(\.txt)?$`)
	credentialInAddress = lazy.Pattern(`://[^\s/@:]*:$`)
	markName            = lazy.Pattern(`(?i)(check[-_]?sum|sha(1|256|512)(sum)?|digest|hash|fingerprint|revision|rollme|date|time|timestamp|` +
		`(created|generated|updated|rendered|deployed|installed)[-_]?(at|on)?)s?$`)
	// sessionName matches what is only good for as long as a login or a request:
	// nothing that is stored needs it again.
	sessionName = lazy.Pattern(`(?i)session|cookie|[cx]srf|jwt|gossip|replica[-_]?set[-_]?key|keyfile|(key|trust)[-_]?store|http[-_]?secret|ha[-_]?shared[-_]?secret`)
	// loginName matches those of them that browsers hold a product of, and
	// clusterName those by which the members of a cluster know each other.
	loginName   = lazy.Pattern(`(?i)session|cookie|[cx]srf|http[-_]?secret|ha[-_]?shared[-_]?secret`)
	clusterName = lazy.Pattern(`(?i)erlang`)
	// looseName matches what one program shows to another and seldom stores, and
	// what most programs only sign with.
	looseName = lazy.Pattern(`(?i)(secret|token|api[-_]?key|master[-_]?key|secret[-_]?key([-_]?base)?|salt)s?$`)
	// boundName matches what is stored, whatever its name ends in.
	boundName = lazy.Pattern(`(?i)pass|pwd|encrypt|fernet|cipher|at[-_]?rest`)
	// secretKeyName matches keys that some programs encrypt what they store with,
	// and others only sign cookies.
	secretKeyName = lazy.Pattern(`(?i)^secret[-_]?key$`)
	// encryptionName matches keys without which stored data cannot be read.
	encryptionName = lazy.Pattern(`(?i)encrypt|fernet|cipher|at[-_]?rest`)
)

func isCredential(label string) bool {
	return credentialInAddress().MatchString(label) || credentialName().MatchString(trimLabel(label))
}

// isMark reports whether a value of that name only says that something has
// changed, or when.
func isMark(label string) bool { return markName().MatchString(trimLabel(label)) }

func trimLabel(label string) string { return strings.TrimRight(label, " \t\"'`:=<>([{,-|") }

// labelsOf names what differs between two values of a key, apart from times and
// salted hashes: by the key itself, by the keys of JSON, or by the text in
// front of the difference.
func labelsOf(key, before, after string) []string {
	if alike(before, after) {
		return nil
	}
	if a, b := parseJSON(before), parseJSON(after); a != nil && b != nil {
		var out []string
		for _, d := range lifecycle.Differences(a, b) {
			x, isText := d.Before.(string)
			y, isTextAgain := d.After.(string)
			if isText && isTextAgain {
				out = append(out, labelsOf(nearestKey(d.Path, key), x, y)...)
			}
		}
		return out
	}
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	if len(a) != len(b) {
		a, b = []string{before}, []string{after}
	}
	var out []string
	for i := range a {
		if alike(a[i], b[i]) {
			continue
		}
		label := leading(a[i], b[i])
		for j := i - 1; j >= 0 && strings.TrimSpace(label) == ""; j-- { // PEM and YAML blocks name a value on a line above
			label = leading(a[j], b[j])
		}
		if strings.TrimSpace(label) == "" {
			label = key
		}
		if !slices.Contains(out, label) {
			out = append(out, label)
		}
	}
	return out
}

func nearestKey(path manifest.Path, otherwise string) string {
	for _, step := range slices.Backward(path) {
		if key, ok := step.(string); ok {
			return key
		}
	}
	return otherwise
}

// leading returns what two lines start with in common, up to a separator: what
// follows may be chance. Equal lines are returned whole.
func leading(a, b string) string {
	if a == b {
		return a
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	a = a[:n]
	return a[:strings.LastIndexAny(a, " \t\"'`:=<>([{,")+1]
}

var (
	saltedHash = lazy.Pattern(`\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}`)
	timeOfDay  = lazy.Pattern(`(\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(\.\d+)?( ?(Z|[+-]\d\d:?\d\d))?( [A-Z]{3,4})?( m=[+-][\d.]+)?`)
	longNumber = lazy.Pattern(`\d{8,}`)
	dateAlone  = lazy.Pattern(`\d{4}[-/.]\d\d[-/.]\d\d|\d\d[-/.]\d\d[-/.]\d{4}|` +
		`((Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*,? +)?(\d{1,2}[- ]` + month + `[- ]\d{2,4}|` + month + ` +\d{1,2}(,? +\d{4})?)`)
	dateDigits = lazy.Pattern(`^20\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])`)
)

const month = `(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*`

// alike reports whether two texts differ in nothing but times and the salt of a
// password's hash.
func alike(a, b string) bool {
	for _, masked := range []*regexp.Regexp{saltedHash(), timeOfDay(), dateAlone()} {
		if a != b {
			a, b = masked.ReplaceAllString(a, "#"), masked.ReplaceAllString(b, "#")
		}
	}
	if a == b {
		return true
	}
	x, y := longNumber().FindAllString(a, -1), longNumber().FindAllString(b, -1)
	return len(x) == len(y) && slices.EqualFunc(x, y, sameTime) && longNumber().ReplaceAllString(a, "#") == longNumber().ReplaceAllString(b, "#")
}

// sameTime reports whether two numbers are the same, or what a clock shows a few
// days apart: seconds since 1970, or parts of them, or 20260131235959.
func sameTime(a, b string) bool {
	switch {
	case a == b:
		return true
	case len(a) != len(b):
		return false
	case dateDigits().MatchString(a) && dateDigits().MatchString(b):
		return true
	}
	const days = 4 // of ten digits
	return slices.Contains([]int{10, 13, 16, 19}, len(a)) && a[:days] == b[:days]
}

// keyPairsOnly reports whether all of the values are certificates and private
// keys.
func keyPairsOnly(list []renewal) bool {
	return !slices.ContainsFunc(list, func(g renewal) bool { return !g.keyPair })
}

// keepsIssuer reports whether a Secret with generated certificates also holds
// one that stays: they are issued anew, and whoever trusts that one trusts them.
func keepsIssuer(o *manifest.Object, list []renewal) bool {
	for key, value := range contentOf(o) {
		if len(certificatesIn(value)) > 0 && !slices.Contains(keysOf(list), key) {
			return true
		}
	}
	return false
}

// issuedForTheAPIServer reports whether generated certificates are made for the
// API server, which finds their issuer in a caBundle of the same rendering.
func issuedForTheAPIServer(p *lint.Pass, list []renewal) bool {
	var issuers []*x509.Certificate
	for _, o := range p.Objects {
		anyString(o.Fields, "", func(key, value string) bool {
			if key == "caBundle" {
				if text, err := base64.StdEncoding.DecodeString(value); err == nil {
					issuers = append(issuers, certificatesIn(string(text))...)
				}
			}
			return false
		})
	}
	for _, g := range list {
		for _, c := range certificatesIn(g.value) {
			if slices.ContainsFunc(issuers, func(issuer *x509.Certificate) bool { return c.Equal(issuer) || c.CheckSignatureFrom(issuer) == nil }) {
				return true
			}
		}
	}
	return false
}

func certificatesIn(text string) []*x509.Certificate {
	var out []*x509.Certificate
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return out
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			out = append(out, c)
		}
	}
}

// keepsData reports whether a workload stands for data: it mounts a claim, or
// is a StatefulSet, whose pods keep their identity.
func keepsData(w *inventory.Workload) bool {
	return w.Object.Kind == "StatefulSet" || slices.ContainsFunc(w.Volumes, func(v *inventory.Volume) bool { return v.Claim != "" })
}

// holdersOf returns the workloads whose data may have been made with a value:
// those that run for ever, keep data and read it, StatefulSets first. There are
// none for the password of a server that forgets it: others only log in with it.
func holdersOf(p *lint.Pass, o *manifest.Object, g renewal) []*inventory.Workload {
	if g.calls(forgetfulServer()) || forgetfulServer().MatchString(strings.ReplaceAll(o.Name, p.Release.Name, "")) || definedAnew(o, g) {
		return nil
	}
	readers := readersOf(p, o, []string{g.key})
	meant := slices.ContainsFunc(readers, func(w *inventory.Workload) bool { return namesKey(w, g.key) })
	out := slices.DeleteFunc(readers, func(w *inventory.Workload) bool {
		return !w.RunsForever() || !keepsData(w) || forgetsPassword(w) || meant && !namesKey(w, g.key) && !readsAsEnvironment(w, o)
	})
	slices.SortStableFunc(out, func(a, b *inventory.Workload) int { return worth(p, b.Object) - worth(p, a.Object) })
	return out
}

// definedAnew reports whether a value also stands in a file beside it from
// which a server sets its users' passwords at each start.
func definedAnew(o *manifest.Object, g renewal) bool {
	for key, text := range contentOf(o) {
		if definitionsFile().MatchString(key) && g.value != "" && strings.Contains(text, g.value) {
			return true
		}
	}
	return false
}

// namesKey reports whether a workload speaks of a key of a Secret or ConfigMap:
// by itself, or as a file.
func namesKey(w *inventory.Workload, key string) bool {
	return anyString(w.Spec, "", func(_, value string) bool { return value == key || strings.HasSuffix(value, "/"+key) })
}

// forgetfulServer matches the names of servers that read their password from
// their configuration at each start and store nothing made with it, so that
// another password opens the same data. Elasticsearch does for as long as nobody
// has changed it over its API (elastic/elasticsearch, ReservedRealm.java,
// bootstrap.password).
var forgetfulServer = lazy.Pattern(`(?i)(^|[^a-z])(redis|valkey|keydb|dragonfly|memcached|nats|minio|qdrant|weaviate|meilisearch|typesense|clickhouse|registry|jenkins|elasticsearch)`)

// definitionsFile matches the files that RabbitMQ sets its users from.
var definitionsFile = lazy.Pattern(`(?i)(^|[^a-z])definitions?\.json$`)

// forgetsPassword reports whether the workload runs such a server.
func forgetsPassword(w *inventory.Workload) bool {
	return slices.ContainsFunc(manifest.ListAt(w.Spec, "containers"), func(c any) bool {
		image := manifest.StringAt(c, "image")
		image = image[strings.LastIndex(image, "/")+1:]
		at := forgetfulServer().FindStringIndex(image)
		return at != nil && at[0] == 0
	})
}
