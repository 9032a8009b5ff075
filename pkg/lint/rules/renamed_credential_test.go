package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// generatedSecret is the Secret of a name with a generated password under a key, which
// goes on with what lookup finds in any of some places, each a Secret and a key.
func generatedSecret(name, key string, lookups ...string) string {
	value := "randAlphaNum 16 | b64enc"
	for i := 0; i < len(lookups); i += 2 {
		value = `dig "data" "` + lookups[i+1] + `" (` + value + `) (lookup "v1" "Secret" .Release.Namespace "` + lookups[i] + `")`
	}
	return "---\napiVersion: v1\nkind: Secret\nmetadata: {name: " + name + "}\ndata: {" + key + ": {{ " + value + " }}}\n"
}

// readsKey is a container that has a key of a Secret in its environment.
func readsKey(variable, secret, key string) string {
	return "env: [{name: " + variable + ", valueFrom: {secretKeyRef: {name: " + secret + ", key: " + key + "}}}]"
}

func TestRenamedCredential(t *testing.T) {
	const (
		variable = "POSTGRES_PASSWORD"
		given    = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: NAME}\nstringData: {password: PASSWORD}\n"
	)
	db := func(container string) string { return statefulReader("postgres:17", container) }
	old := generatedSecret("a", "password", "a", "password") + db(readsKey(variable, "a", "password"))
	next := func(lookups ...string) string {
		return generatedSecret("b", "password", lookups...) + db(readsKey(variable, "b", "password"))
	}
	fromFile := func(secret, file string) string {
		return strings.Replace(db("volumeMounts: [{name: data, mountPath: /data}, {name: s, mountPath: /s}]"), "volumes: []", "volumes: [{name: s, secret: {secretName: "+secret+", items: [{key: password, path: "+file+"}]}}]", 1)
	}
	address := func(name, host, password string) string {
		return "---\napiVersion: v1\nkind: Secret\nmetadata: {name: " + name + "}\nstringData: {password: 'postgres://app:" + password + "@" + host + "/app'}\n" + db(readsKey("DATABASE_URL", name, "password"))
	}
	token := func(template string) string {
		return strings.NewReplacer(variable, "API_TOKEN", "password", "token").Replace(template)
	}
	elsewhere := []string{"error StatefulSet/app metadata.name"} // and nothing about the credential
	lost := []string{"error Secret/a data.password"}
	checkUpgrades(t, rules.DataHolderRenamed, []upgradeCase{
		{"another Secret", old, next("b", "password"), lost},
		{"another Secret, and nothing is looked up", old, next(), lost},
		{"another key", old, generatedSecret("a", "admin-password", "a", "admin-password") + db(readsKey(variable, "a", "admin-password")), lost},
		{"a password of the values becomes a generated one", withWords(given, "NAME", "a", "PASSWORD", "word") + db(readsKey(variable, "a", "password")), next("b", "password"), []string{"error Secret/a stringData.password"}},
		{"all keys of a Secret are variables", old, withWords(generatedSecret("b", variable, "b", variable)) + db("envFrom: [{secretRef: {name: b}}]"), lost},
		{"a file", generatedSecret("a", "password", "a", "password") + fromFile("a", "p"), generatedSecret("b", "password", "b", "password") + fromFile("b", "p"), lost},
		{"a variable becomes a file", old, generatedSecret("b", "password", "b", "password") + strings.Replace(fromFile("b", "p"), "volumeMounts:", "env: [{name: "+variable+"_FILE, value: /s/p}], volumeMounts:", 1), lost},
		{"another name for the StatefulSet's heir, which mounts its claim", old, generatedSecret("b", "password", "b", "password") +
			strings.Replace(stateless("postgres:17", readsKey(variable, "b", "password"), "{name: data, persistentVolumeClaim: {claimName: data-app-0}}"), "{name: app}", "{name: other}", 1), lost},
		{"a file that is mounted alone", generatedSecret("a", "password", "a", "password") + strings.Replace(fromFile("a", "p"), "mountPath: /s", "mountPath: /s, subPath: p", 1), generatedSecret("b", "password", "b", "password") + strings.Replace(fromFile("b", "q"), "mountPath: /s", "mountPath: /s, subPath: q", 1), lost},
		{"the old Secret is kept", strings.Replace(old, "{name: a}", "{name: a, annotations: {helm.sh/resource-policy: keep}}", 1), next("b", "password"), []string{"warning Secret/a data.password"}},
		{"a token that is shown and seldom stored", token(old), token(next()), []string{"info Secret/a data.token"}},
		{"an address with another password", address("a", "db", "one"), address("b", "db", "two"), []string{"error Secret/a stringData.password"}},

		{"the value is looked up under the old name", old, next("a", "password"), nil},
		{"the value is looked up under both names", old, next("a", "password", "b", "password"), nil},
		{"the same password of the values", withWords(given, "NAME", "a", "PASSWORD", "word") + db(readsKey(variable, "a", "password")), withWords(given, "NAME", "b", "PASSWORD", "word") + db(readsKey(variable, "b", "password")), nil},
		{"an address with another host", address("a", "db", "one"), address("b", "db-primary", "one"), nil},
		{"an address without a password", strings.ReplaceAll(address("a", "db", "one"), ":one@", "@"), strings.ReplaceAll(address("b", "db-primary", "one"), ":one@", "@"), nil},
		{"an address without a name", strings.ReplaceAll(address("a", "db", "one"), "app:one@", ""), strings.ReplaceAll(address("b", "db-primary", "one"), "app:one@", ""), nil},
		{"a Secret of the user", old, db(readsKey(variable, "given", "password")), nil},
		{"read by nothing that keeps data", generatedSecret("a", "password") + stateless("web:1", readsKey(variable, "a", "password"), ""), generatedSecret("b", "password") + stateless("web:1", readsKey(variable, "b", "password"), ""), nil},
		{"the data is new as well", old, strings.ReplaceAll(next("b", "password"), "{name: app}", "{name: database}"), elsewhere},
		{"a client of new data", old + another(stateless("web:1", readsKey("DATABASE_PASSWORD", "a", "password"), "{name: files, persistentVolumeClaim: {claimName: files}}")),
			strings.ReplaceAll(next("b", "password"), "{name: app}", "{name: database}") + another(stateless("web:1", readsKey("DATABASE_PASSWORD", "b", "password"), "{name: files, persistentVolumeClaim: {claimName: files}}")), elsewhere},
		{"a server that takes its password at each start", strings.ReplaceAll(old, "postgres:17", "redis:8"), strings.ReplaceAll(next(), "postgres:17", "redis:8"), nil},
		{"text of many lines", withWords(given, "NAME", "a", "PASSWORD", "\"a\\nb\"") + db(readsKey(variable, "a", "password")), withWords(given, "NAME", "b", "PASSWORD", "\"a\\nc\"") + db(readsKey(variable, "b", "password")), nil},
		{"the namespace is written out", old, strings.Replace(old, "{name: a}", "{name: a, namespace: default}", 1), nil},
		{"nothing is renamed", old, old, nil},
		{"a setting that is no credential", strings.NewReplacer(variable, "MODE", "password", "mode").Replace(withWords(given, "NAME", "a", "PASSWORD", "x") + db(readsKey(variable, "a", "password"))),
			strings.NewReplacer(variable, "MODE", "password", "mode").Replace(withWords(given, "NAME", "b", "PASSWORD", "y") + db(readsKey(variable, "b", "password"))), nil},
	})
}

// TestRenamedCredentials: what is worst comes first, and is one finding with the
// others of its Secret.
func TestRenamedCredentials(t *testing.T) {
	version := func(name string) string {
		return "---\napiVersion: v1\nkind: Secret\nmetadata: {name: " + name + "}\ndata: {api-token: {{ randAlphaNum 16 | b64enc }}, encryption-key: {{ randAlphaNum 16 | b64enc }}}\n" +
			statefulReader("wiki:2", "env: [{name: API_TOKEN, valueFrom: {secretKeyRef: {name: "+name+", key: api-token}}}, {name: ENCRYPTION_KEY, valueFrom: {secretKeyRef: {name: "+name+", key: encryption-key}}}]")
	}
	findings := compare(t, rules.DataHolderRenamed, version("a"), version("b"))
	require.Len(t, findings, 1)
	assert.Equal(t, "data.encryption-key", findings[0].Field)
	assert.Contains(t, findings[0].Message, "(and 1 more like it)")
	assert.Contains(t, findings[0].Message, "another value, which cannot read what the old one has encrypted")
}

func TestRenamedCredentialMessage(t *testing.T) {
	old := generatedSecret("a", "password", "a", "password") + statefulReader("postgres:17", readsKey("POSTGRES_PASSWORD", "a", "password"))
	next := generatedSecret("b", "secret", "b", "secret") + statefulReader("postgres:17", readsKey("POSTGRES_PASSWORD", "b", "secret"))
	findings := compare(t, rules.DataHolderRenamed, old, next)
	require.Len(t, findings, 1)
	assert.Equal(t, `the new version has StatefulSet/app read "secret" of Secret/b as POSTGRES_PASSWORD instead of "password" of Secret/a: `+
		`it goes on with the old data (PersistentVolumeClaim/data-app-0) and another value, which the data does not accept`, findings[0].Message)
	assert.Equal(t, []string{
		"# before the upgrade, which deletes the old one: give the new version this value for its own",
		`kubectl get secret a --namespace default --output go-template='{{index .data "password" | base64decode}}'`,
	}, findings[0].Commands)
	assert.Equal(t, []string{"Secret/b", "StatefulSet/app"}, []string{findings[0].Related[0].String(), findings[0].Related[1].String()})
}
