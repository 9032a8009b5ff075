package rules

import (
	"encoding/base64"
	"maps"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// randomSecret reports whether a Secret's content is generated when the chart
// is rendered.
func randomSecret(r *lifecycle.Rehearsal, secret *manifest.Object) bool {
	return r.Random(secret, manifest.Path{"data"}) || r.Random(secret, manifest.Path{"stringData"})
}

// changesOnUpgrade reports whether the second revision renders other content
// for a random Secret. One that is read back by lookup stays as it was.
func changesOnUpgrade(r *lifecycle.Rehearsal, secret *manifest.Object) bool {
	again := r.Upgraded(secret)
	if again == nil {
		return false
	}
	return again == secret || !maps.Equal(secretData(secret), secretData(again))
}

// secretData is a Secret's content as the API server stores it, stringData
// folded in.
func secretData(secret *manifest.Object) map[string]string {
	data := manifest.StringMapAt(secret.Fields, "data")
	for k, v := range manifest.StringMapAt(secret.Fields, "stringData") {
		data[k] = base64.StdEncoding.EncodeToString([]byte(v))
	}
	return data
}

// looksItselfUp reports whether the chart asks the cluster for an object that
// it renders, as one does to use again what is there.
func looksItselfUp(r *lifecycle.Rehearsal, o *manifest.Object) bool {
	return slices.ContainsFunc(r.Install.Queries, func(q lifecycle.Query) bool {
		return q.Kind == o.Kind && (q.Name == o.Name || q.Name == "")
	})
}
