package rules

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func TestAddresses(t *testing.T) {
	a, o := addresses{}, &manifest.Object{}
	for _, text := range []string{"db-0.db:5432,db-1.db", "$(NAME).db-headless.prod.svc", "x.db_", "no dot", "at the end."} {
		a.add(o, text)
	}
	for host, want := range map[string][]string{
		"db":            {"db-0.db:5432,db-1.db"},
		"db-headless":   {"$(NAME).db-headless.prod.svc"},
		"db-headless.p": {"$(NAME).db-headless.prod.svc"},
		"prod":          {"$(NAME).db-headless.prod.svc"},
		"d":             nil,
		"no dot":        nil,
		".":             {"at the end."},
	} {
		var found []string
		for _, address := range a.beginningWith(host) {
			found = append(found, address.text)
		}
		assert.Equal(t, want, found, host)
	}
}
