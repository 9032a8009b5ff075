package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// Ways in which a container reads the Secret or ConfigMap a.
const (
	readsPassword = "env: [{name: P, valueFrom: {secretKeyRef: {name: a, key: password}}}]"
	readsAll      = "envFrom: [{secretRef: {name: a}}]"
)

// statefulReader is a StatefulSet with a claim for each pod; container is added to
// its container.
func statefulReader(image, container string) string {
	return strings.Replace(stateless(image, container, ""), "kind: Deployment", "kind: StatefulSet", 1) + `  serviceName: app
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`
}

// stateless is a Deployment; container is added to its container, volume is a
// volume of its pods.
func stateless(image, container, volume string) string {
	return `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers: [{name: app, image: ` + image + ", " + container + `}]
      volumes: [` + volume + `]
`
}

// restarting gives pods a checksum of a certificate.
func restarting(workload string) string {
	return strings.Replace(workload, "    metadata: {labels: {app: app}}", "    metadata: {labels: {app: app}, annotations: {checksum: '{{ $cert.Cert | sha256sum }}'}}", 1)
}

// secretWith is the Secret a.
func secretWith(content string) string {
	return "---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\n" + content + "\n"
}

// lookedUp is the Secret a with a password that lookup keeps.
const lookedUp = `
---
apiVersion: v1
kind: Secret
metadata: {name: a}
data: {password: {{ dig "data" "password" (randAlphaNum 16 | b64enc) (lookup "v1" "Secret" .Release.Namespace "a") }}}
`

// issuing generates a CA, and a certificate that it signs.
const issuing = `{{- $ca := genCAWithKey "ca" 10 (genPrivateKey "ecdsa") }}
{{- $cert := genSignedCertWithKey "a" nil nil 10 $ca (genPrivateKey "ecdsa") }}
`

const issued = "data: {ca.crt: {{ $ca.Cert | b64enc }}, tls.crt: {{ $cert.Cert | b64enc }}, tls.key: {{ $cert.Key | b64enc }}}"

// webhook trusts a caBundle.
func webhook(bundle string) string {
	return `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: a}
webhooks: [{name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: a, namespace: prod}, caBundle: ` + bundle + `}}]
`
}

func TestRegeneratedSecret(t *testing.T) {
	const random = "data: {password: {{ randAlphaNum 16 | b64enc }}}"
	const randomText = "stringData: {password: {{ randAlphaNum 16 }}}"
	inData := []string{"error Secret/a data.password"}
	mildly := []string{"warning Secret/a data.password"}
	blindly := []string{"info Secret/a data.password"}
	const mountsClaim = "{name: data, persistentVolumeClaim: {claimName: elsewhere}}"
	check(t, rules.RegeneratedSecret, []scenario{
		{
			name:     "a variable of a StatefulSet",
			template: secretWith(random) + statefulReader("postgres:17", readsPassword),
			want:     inData,
		},
		{
			name:     "all variables of a StatefulSet",
			template: secretWith(randomText) + statefulReader("postgres:17", readsAll),
			want:     []string{"error Secret/a stringData.password"},
		},
		{
			name:     "a file of a Deployment with a claim",
			template: secretWith(random) + stateless("wiki:2", "args: []", mountsClaim+", {name: s, secret: {secretName: a}}"),
			want:     inData,
		},
		{
			name:     "a projected file of a Deployment with a claim",
			template: secretWith(random) + stateless("wiki:2", "args: []", mountsClaim+", {name: s, projected: {sources: [{secret: {name: a, items: [{key: password, path: p}]}}]}}"),
			want:     inData,
		},
		{
			name:     "a variable of an init container",
			template: secretWith(random) + strings.Replace(statefulReader("postgres:17", readsPassword), "containers:", "initContainers:", 1),
			want:     inData,
		},
		{
			name:     "kept, and overwritten all the same",
			template: strings.Replace(secretWith(random), "{name: a}", "{name: a, annotations: {helm.sh/resource-policy: keep}}", 1) + statefulReader("postgres:17", readsPassword),
			want:     inData,
		},
		{
			name:     "a chart that can tell an upgrade",
			template: "# {{ .Release.Revision }}\n" + secretWith(random) + statefulReader("postgres:17", readsPassword),
			want:     inData,
		},
		{
			name:     "lookup of something else",
			template: "{{ $x := lookup \"v1\" \"Secret\" .Release.Namespace \"b\" }}\n" + secretWith(random) + statefulReader("postgres:17", readsPassword),
			want:     inData,
		},
		{
			name:     "the first random key that is read",
			template: secretWith("data: {admin: {{ randAlphaNum 9 | b64enc }}, name: YQ==, password: {{ randAlphaNum 9 | b64enc }}}") + statefulReader("postgres:17", readsPassword),
			want:     inData,
		},
		{
			name:     "inside of a file",
			template: secretWith("stringData:\n  db.conf: |\n    user = app\n    password = {{ randAlphaNum 9 }}\n    port = 5432") + statefulReader("postgres:17", readsAll),
			want:     []string{`error Secret/a stringData["db.conf"]`},
		},
		{
			name:     "one finding for each Secret",
			template: secretWith(random) + strings.ReplaceAll(secretWith(random), "name: a", "name: b") + statefulReader("postgres:17", "envFrom: [{secretRef: {name: a}}, {secretRef: {name: b}}]"),
			want:     []string{"error Secret/a data.password", "error Secret/b data.password"},
		},
		{
			name: "a password in a ConfigMap",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  app.yaml: |\n    listen: 80\n    smtp:\n      password: \"{{ randAlphaNum 12 }}\"\n" +
				statefulReader("wiki:2", "envFrom: [{configMapRef: {name: a}}]"),
			want: []string{`error ConfigMap/a data["app.yaml"]`},
		},
		{
			name: "a key in the JSON of a ConfigMap",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  config.json: '{\"InstallID\":\"{{ uuidv4 }}\",\"Sql\":{\"AtRestEncryptKey\":\"{{ randAlphaNum 32 }}\"}}'\n" +
				stateless("chat:5", "args: []", mountsClaim+", {name: c, configMap: {name: a}}"),
			want: []string{`error ConfigMap/a data["config.json"]`},
		},
		{
			name: "a password in an address in a ConfigMap",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {DATABASE: 'postgres://app:{{ randAlphaNum 12 }}@db/app'}\n" +
				statefulReader("wiki:2", "envFrom: [{configMapRef: {name: a}}]"),
			want: []string{"error ConfigMap/a data.DATABASE"},
		},
		{
			name:     "no stateful reader",
			template: secretWith(random) + stateless("web:1", readsPassword, ""),
			want:     mildly,
		},
		{
			name:     "a server that takes its password at each start",
			template: secretWith(random) + statefulReader("docker.io/bitnami/redis:7.4", readsPassword),
			want:     mildly,
		},
		{
			name:     "the password of such a server, in a pod that logs in with it",
			template: secretWith("data: {REDIS_PASSWORD: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("wiki:2", readsAll),
			want:     []string{"warning Secret/a data.REDIS_PASSWORD"},
		},
		{
			name:     "a key that clients show to a program",
			template: secretWith("data: {REST_APIKEY: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("wiki:2", readsAll),
			want:     []string{"warning Secret/a data.REST_APIKEY"},
		},
		{
			name:     "a token that two programs share",
			template: secretWith("data: {token: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("wiki:2", readsAll),
			want:     []string{"warning Secret/a data.token"},
		},
		{
			name:     "a secret that encrypts",
			template: secretWith("data: {ENCRYPTION_SECRET: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("wiki:2", readsAll),
			want:     []string{"error Secret/a data.ENCRYPTION_SECRET"},
		},
		{
			name:     "a key for sessions",
			template: secretWith("data: {session-key: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("wiki:2", readsAll),
			want:     []string{"info Secret/a data.session-key"},
		},
		{
			name:     "a key for sessions, beside a token",
			template: secretWith("data: {session-key: {{ randAlphaNum 16 | b64enc }}, token: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("wiki:2", readsAll),
			want:     []string{"warning Secret/a data.token"},
		},
		{
			name:     "a cookie by which the members of a cluster know each other",
			template: secretWith("data: {erlang-cookie: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("rabbitmq:4", readsAll),
			want:     []string{"warning Secret/a data.erlang-cookie"},
		},
		{
			name:     "a key by which they do",
			template: secretWith("data: {replica-set-key: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("mongo:8", readsAll),
			want:     []string{"warning Secret/a data.replica-set-key"},
		},
		{
			name:     "a key that most programs only sign with",
			template: secretWith("data: {SECRET_KEY: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("wiki:2", readsAll),
			want:     []string{"warning Secret/a data.SECRET_KEY"},
		},
		{
			name:     "users that a server reads from a file at each start",
			template: secretWith("stringData: {definitions.json: '{\"users\":[{\"name\":\"app\",\"password\":\"{{ randAlphaNum 16 }}\"}]}'}") + statefulReader("rabbitmq:4", readsAll),
			want:     []string{`warning Secret/a stringData["definitions.json"]`},
		},
		{
			name: "the same password beside such a file",
			template: "{{- $p := randAlphaNum 16 }}\n" + secretWith("stringData: {definitions.json: '{\"users\":[{\"name\":\"app\",\"password\":\"{{ $p }}\"}]}', password: {{ $p }}}") +
				statefulReader("rabbitmq:4", readsAll),
			want: []string{`warning Secret/a stringData["definitions.json"]`},
		},
		{
			name:     "another password beside such a file",
			template: secretWith("stringData: {definitions.json: '{\"users\":[]}', password: {{ randAlphaNum 16 }}}") + statefulReader("rabbitmq:4", readsAll),
			want:     []string{"error Secret/a stringData.password"},
		},
		{
			name:     "certificates of pods that restart with them, looked up",
			template: issuing + "{{- $old := lookup \"v1\" \"Secret\" .Release.Namespace \"a\" }}\n" + secretWith("data: {tls.crt: {{ ($old.data).crt | default ($cert.Cert | b64enc) }}, crt: {{ ($old.data).crt | default ($cert.Cert | b64enc) }}}") + stateless("proxy:1", readsAll, ""),
			want:     []string{`info Secret/a data.crt`},
		},
		{
			name:     "a password that a server sets anew at each start",
			template: secretWith(random) + statefulReader("docker.elastic.co/elasticsearch/elasticsearch:8.5.1", readsPassword),
			want:     mildly,
		},
		{
			name:     "certificates that only the pods trust",
			template: issuing + secretWith(issued) + stateless("proxy:1", readsAll, ""),
			want:     []string{`warning Secret/a data["ca.crt"]`},
		},
		{
			name:     "certificates of a StatefulSet",
			template: issuing + secretWith(issued) + statefulReader("search:8", readsAll),
			want:     []string{`warning Secret/a data["ca.crt"]`},
		},
		{
			name:     "certificates of pods that restart with them",
			template: issuing + secretWith(issued) + restarting(stateless("proxy:1", readsAll, "")),
			want:     []string{`info Secret/a data["ca.crt"]`},
		},
		{
			name:     "certificates of pods that do, and of others",
			template: issuing + secretWith(issued) + restarting(stateless("proxy:1", readsAll, "")) + strings.Replace(stateless("proxy:1", readsAll, ""), "{name: app}", "{name: other}", 1),
			want:     []string{`warning Secret/a data["ca.crt"]`},
		},
		{
			name:     "a private key",
			template: secretWith("stringData: {id_rsa: {{ genPrivateKey \"ecdsa\" | quote }}}") + statefulReader("mpi:4", readsAll),
			want:     []string{"warning Secret/a stringData.id_rsa"},
		},
		{
			name:     "a password beside certificates",
			template: issuing + secretWith(issued[:len(issued)-1]+", password: {{ randAlphaNum 9 | b64enc }}}") + statefulReader("search:8", readsAll),
			want:     inData,
		},
		{
			name:     "certificates for something else than the webhook",
			template: issuing + secretWith(issued) + `{{- $other := genCAWithKey "ca" 10 (genPrivateKey "ecdsa") }}` + "\n" + webhook("{{ $other.Cert | b64enc }}") + stateless("proxy:1", readsAll, ""),
			want:     []string{`warning Secret/a data["ca.crt"]`},
		},
		{
			name:     "looked up",
			template: lookedUp + statefulReader("postgres:17", readsPassword),
			want:     blindly,
		},
		{
			name:     "looked up at an upgrade alone",
			template: "{{- $p := randAlphaNum 16 | b64enc }}{{ if .Release.IsUpgrade }}{{ $p = dig \"data\" \"password\" $p (lookup \"v1\" \"Secret\" .Release.Namespace \"a\") }}{{ end }}\n" + secretWith("data: {password: {{ $p }}}") + statefulReader("postgres:17", readsPassword),
			want:     blindly,
		},
		{
			name:     "looked up into stringData",
			template: "{{- $old := lookup \"v1\" \"Secret\" .Release.Namespace \"a\" }}\n" + secretWith("stringData: {password: {{ if $old }}{{ $old.data.password | b64dec }}{{ else }}{{ randAlphaNum 16 }}{{ end }}}") + statefulReader("postgres:17", readsPassword),
			want:     []string{"info Secret/a stringData.password"},
		},
		{
			name:     "left out while lookup finds it",
			template: "{{ if not (lookup \"v1\" \"Secret\" .Release.Namespace \"a\") }}\n" + secretWith(random) + "{{ end }}\n" + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "left out of upgrades",
			template: "{{ if .Release.IsInstall }}\n" + secretWith(random) + "{{ end }}\n" + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "an upgrade wants the password",
			template: "{{ $p := randAlphaNum 16 }}{{ if .Release.IsUpgrade }}{{ fail \"give the password\" }}{{ end }}\n" + secretWith("stringData: {password: {{ $p }}}") + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "the values give the password",
			values:   "password: x\n",
			template: secretWith("stringData: {password: {{ .Values.password | default (randAlphaNum 16) }}}") + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "nobody is seen to read a key that encrypts",
			template: secretWith("data: {encryption-key: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("postgres:17", "args: []"),
			want:     []string{"info Secret/a data.encryption-key"},
		},
		{
			name:     "looked up, and read by a Job alone",
			template: lookedUp + "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: j, image: j, " + readsPassword + "}]}}}\n",
		},
		{
			name:     "nobody reads it",
			template: secretWith(random) + statefulReader("postgres:17", "args: []"),
		},
		{
			name:     "nobody reads the random key",
			template: secretWith("data: {password: YQ==, token: {{ randAlphaNum 9 | b64enc }}}") + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "read in another namespace",
			template: strings.Replace(secretWith(random), "{name: a}", "{name: a, namespace: other}", 1) + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "a custom resource names it",
			template: secretWith(random) + "---\napiVersion: db.example.com/v1\nkind: Database\nmetadata: {name: a}\nspec: {users: [{name: app, passwordSecretRef: {name: a}}]}\n",
			want:     mildly,
		},
		{
			name:     "a custom resource has its name",
			template: secretWith(random) + "---\napiVersion: db.example.com/v1\nkind: Database\nmetadata: {name: a}\nspec: {host: a}\n",
		},
		{
			name:     "a setting names it",
			template: secretWith(random) + "---\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: a}\nspec: {endpoints: [{basicAuth: {password: {secretKeyRef: {name: a, key: password}}}}]}\n",
		},
		{
			name:     "read by the tests alone",
			want:     blindly,
			template: secretWith(random) + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\nspec: {containers: [{name: t, image: t, " + readsPassword + "}]}\n",
		},
		{
			name:     "another salt for the same password",
			template: secretWith("stringData: {htpasswd: '{{ htpasswd \"admin\" \"secret\" }}', password: '{{ bcrypt \"secret\" }}'}") + statefulReader("registry:2", readsAll),
		},
		{
			name:     "the time of the rendering",
			template: secretWith("stringData: {token: 'made {{ now }}', secret: '{{ now.UnixNano }}', key: '{{ now | date \"2006-01-02T15:04:05.000000Z07:00\" }}'}") + statefulReader("postgres:17", readsAll),
		},
		{
			name: "the day of the rendering",
			template: secretWith("stringData: {token: '{{ now | date \"2006-01-02\" }}', secret: 'on {{ now | date \"02 Jan 06\" }}', key: '{{ now | date \"Mon, 2 January 2006\" }}', "+
				"password: '{{ now | date \"Jan 2\" }}', pass: '{{ now | unixEpoch }}', pwd: '{{ now | date \"20060102\" }}', salt: '{{ now.Format \"Monday, 02-Jan-06 15:04:05 MST\" }}'}") + statefulReader("postgres:17", readsAll),
		},
		{
			name:     "a number beside the day of the rendering",
			template: secretWith("stringData: {password: '{{ now | date \"2006-01-02\" }}-{{ randNumeric 10 }}'}") + statefulReader("postgres:17", readsAll),
			want:     []string{"error Secret/a stringData.password"},
		},
		{
			name:     "a configuration that upgrades write a line shorter",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  app.ini: |\n    port = 3\n    password = {{ randAlphaNum 9 }}\n    {{- if .Release.IsInstall }}\n    early = 1\n    {{- end }}\n" + statefulReader("wiki:2", "envFrom: [{configMapRef: {name: a}}]"),
			want:     []string{`error ConfigMap/a data["app.ini"]`},
		},
		{
			name:     "a configuration that upgrades write a line longer",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  app.ini: |\n    port = 3\n    password = {{ randAlphaNum 9 }}\n    {{- if .Release.IsUpgrade }}\n    late = 1\n    {{- end }}\n" + statefulReader("wiki:2", "envFrom: [{configMapRef: {name: a}}]"),
			want:     []string{`error ConfigMap/a data["app.ini"]`},
		},
		{
			name:     "all of a ConfigMap is in the environment, and another workload names the key",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {password: '{{ randAlphaNum 9 }}'}\n" + statefulReader("wiki:2", "envFrom: [{configMapRef: {name: a}}]") + another(stateless("web:1", "env: [{name: P, valueFrom: {configMapKeyRef: {name: a, key: password}}}]", "")),
			want:     []string{"error ConfigMap/a data.password"},
		},
		{
			name:     "a list in JSON",
			template: secretWith("stringData: {passwords: '[\"{{ randAlphaNum 9 }}\"]'}") + statefulReader("postgres:17", readsAll),
			want:     []string{"error Secret/a stringData.passwords"},
		},
		{
			name:     "a checksum",
			template: secretWith("stringData: {config-checksum: '{{ randAlphaNum 9 | sha256sum }}'}") + statefulReader("postgres:17", readsAll),
		},
		{
			name:     "an annotation",
			template: strings.Replace(secretWith("data: {password: YQ==}"), "{name: a}", "{name: a, annotations: {rollme: {{ randAlphaNum 5 }}}}", 1) + statefulReader("postgres:17", readsAll),
		},
		{
			name:     "a random word in a ConfigMap that is no credential",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  rollme: {{ randAlphaNum 5 }}\n  app.ini: |\n    monkeys = 3\n    instance = {{ uuidv4 }}\n" + statefulReader("wiki:2", "envFrom: [{configMapRef: {name: a}}]"),
		},
		{
			name:     "something random that is no credential, and no stateful reader",
			template: secretWith("data: {instance: {{ randAlphaNum 9 | b64enc }}}") + stateless("web:1", readsAll, ""),
		},
		{
			name:     "certificates for a webhook",
			template: issuing + secretWith(issued) + webhook("{{ $ca.Cert | b64enc }}") + statefulReader("operator:1", readsAll),
		},
		{
			name:     "certificates for a webhook, without their issuer",
			template: issuing + secretWith("data: {tls.crt: {{ $cert.Cert | b64enc }}, tls.key: {{ $cert.Key | b64enc }}}") + webhook("{{ $ca.Cert | b64enc }}") + stateless("operator:1", readsAll, ""),
		},
		{
			name:     "an issuer that stays",
			template: issuing + "{{- $new := genSignedCertWithKey \"a\" nil nil 10 $ca (genPrivateKey \"ecdsa\") }}\n" + secretWith("data: {ca.crt: "+fixedCertificate+", tls.crt: {{ $new.Cert | b64enc }}, tls.key: {{ $new.Key | b64enc }}}") + statefulReader("search:8", readsAll),
		},
		{
			name:     "a hook is another rule's",
			template: strings.Replace(secretWith(random), "{name: a}", "{name: a, annotations: {helm.sh/hook: pre-upgrade}}", 1) + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "an immutable one is another rule's",
			template: secretWith("immutable: true\n"+random) + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "another group's kind of that name",
			template: strings.Replace(secretWith(random), "apiVersion: v1", "apiVersion: example.com/v1", 1) + statefulReader("postgres:17", readsPassword),
		},
	})
}

func TestRegeneratedSecretMessage(t *testing.T) {
	const two = "data: {password: {{ randAlphaNum 9 | b64enc }}, root: {{ randAlphaNum 9 | b64enc }}}"
	for _, s := range []struct{ name, template, want, derives string }{
		{"data", secretWith(two) + statefulReader("postgres:17", readsAll),
			`every upgrade makes up a new value for "password" and 1 more, while StatefulSet/app was set up with the old one`, "random"},
		{"no data", secretWith(two) + stateless("web:1", readsPassword, ""),
			`every upgrade makes up a new value for "password", which Deployment/app reads: whoever still has the old one is refused`, "random"},
		{"inside of a ConfigMap", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {c.ini: \"[db]\\npassword = {{ randAlphaNum 9 }}\\n\"}\n" + statefulReader("wiki:2", "envFrom: [{configMapRef: {name: a}}]"),
			`every upgrade makes up a new value inside of "c.ini" (behind "password"), while StatefulSet/app was set up with the old one`, "random"},
		{"lookup", lookedUp + statefulReader("postgres:17", readsPassword),
			`Helm keeps the value for "password" by lookup; a tool whose lookups find nothing (helm template, most of GitOps) makes up a new one each time, while StatefulSet/app was set up with the old one`, "random lookup"},
	} {
		t.Run(s.name, func(t *testing.T) {
			findings := found(t, rules.RegeneratedSecret, s.template, "")
			require.Len(t, findings, 1)
			assert.Equal(t, s.want, findings[0].Message)
			assert.Equal(t, s.derives, strings.Join(findings[0].Derives, " "))
			require.Len(t, findings[0].Related, 1)
			assert.Equal(t, "app", findings[0].Related[0].Name)
		})
	}
}

func TestRegeneratedSecretNeedsARehearsal(t *testing.T) {
	rehearsal := rehearse(t, secretWith("data: {password: YQ==}")+statefulReader("postgres:17", readsAll), "")
	assert.Empty(t, lint.Run(lint.Subject{Stream: rehearsal.Install.Stream}, []*lint.Rule{rules.RegeneratedSecret}))
}

// fixedCertificate is a certificate that a template holds as it is.
const fixedCertificate = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJjakNDQVJlZ0F3SUJBZ0lVT1FZR1lzdjNzU3pucDBzRWZNNElBWXNjeCs0d0NnWUlLb1pJemowRUF3SXcKRFRFTE1Ba0dBMVVFQXd3Q1kyRXdJQmNOTWpZeE1USXhNVGt4TWpRNFdoZ1BNakV5TmpFd01qZ3hPVEV5TkRoYQpNQTB4Q3pBSkJnTlZCQU1NQW1OaE1Ga3dFd1lIS29aSXpqMENBUVlJS29aSXpqMERBUWNEUWdBRW9DVlM1aEpxClBYRGlYbVFBS3lvSzIrS2lMRzJ1ZGRTYmRLcndXYmVRVlI4dE9WME11MCtFd3YrQ2lIQkduQ3NxdUgvQnVBaFMKaTVBYlovMk1idCttR3FOVE1GRXdIUVlEVlIwT0JCWUVGRSs4bndValpkbGNQSE5QVnE2SG5LZGltUjdPTUI4RwpBMVVkSXdRWU1CYUFGRSs4bndValpkbGNQSE5QVnE2SG5LZGltUjdPTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3CkNnWUlLb1pJemowRUF3SURTUUF3UmdJaEFMN2kwOFUwQnhqZVV4cWxQOWpiS0V1Qk1TRGQ4amxVY2lkd2ZuZUgKaWNFVEFpRUFvTFdBVDJ0bVNmMEhzYjFTMTJNVmg3WENSU2JnSnR5ZGVzWEh4SEZCYk9jPQotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg=="
