package render

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

// reference names a chart that is not on this machine, as helm pull takes it.
type reference struct {
	name    string // repo/chart, an address, or a chart's name in --repo
	version string // what follows an @, or nothing
	address bool   // the name is one, with a scheme
}

var (
	schemePattern = lazy.Pattern(`^[a-z][a-z0-9+.-]*://`)
	chartPattern  = lazy.Pattern(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	pairPattern   = lazy.Pattern(`^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$`)
)

// referenceOf decides whether what a user names is a reference. A path that
// exists is none, whatever it looks like. Else a reference is an address
// (oci://, https://, or another scheme that a Helm plugin may know), repo/chart
// in exactly two parts, or, where there is a repository for it, a chart's name.
// What looks like a path (./x, /x, ~/x, a/b/c, x/y.tgz) is none. The last two
// kinds and oci:// may carry a version: repo/chart@1.2.3.
func referenceOf(name string, repo string) (reference, bool) {
	_, err := os.Lstat(name)
	if err == nil || strings.HasPrefix(name, fileScheme) {
		return reference{}, false
	}
	if schemePattern().MatchString(name) {
		r := reference{name: name, address: true}
		if strings.HasPrefix(name, "oci://") {
			r.name, r.version = cutVersion(name)
		}
		return r, true
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return reference{}, false
	}
	r := reference{}
	r.name, r.version = cutVersion(name)
	switch {
	case filepath.Ext(r.name) == ".tgz":
		return reference{}, false
	case pairPattern().MatchString(r.name), repo != "" && chartPattern().MatchString(r.name):
		return r, true
	}
	return reference{}, false
}

// cutVersion takes a name and its version apart; a digest (@sha256:…) stays,
// for Helm knows what it is.
func cutVersion(name string) (string, string) {
	at := strings.LastIndex(name, "@")
	if at < 0 || strings.ContainsAny(name[at:], "/:") {
		return name, ""
	}
	return name[:at], name[at+1:]
}

// ShownName is what reports and messages call a chart that a user has named:
// the same without the password of an address.
func ShownName(name string) string {
	if !schemePattern().MatchString(name) {
		return name
	}
	address, err := url.Parse(name)
	if err != nil || address.User == nil {
		return name
	}
	return address.Redacted()
}
