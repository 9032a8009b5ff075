package keys_test

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"k8s.io/client-go/dynamic"

	"github.com/helm-stateful/helm-stateful/pkg/render/keys"
)

type client struct{}

func (client) GetClientFor(apiVersion, _ string) (dynamic.NamespaceableResourceInterface, bool, error) {
	c, _ := keys.Client(apiVersion)
	return c, false, nil
}

func chartOf(template string) *chart.Chart {
	return &chart.Chart{
		Metadata:  &chart.Metadata{Name: "c", Version: "1.0.0"},
		Templates: []*chart.File{{Name: "templates/x", Data: []byte(template)}},
	}
}

func rendered(c *chart.Chart, values map[string]any) (string, error) {
	files, err := engine.RenderWithClientProvider(c, chartutil.Values{"Values": chartutil.Values(values)}, client{})
	return files["c/templates/x"], err
}

func certificate(t *testing.T, text string) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	require.NotNil(t, block, text)
	c, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	return c
}

func TestCertificates(t *testing.T) {
	for name, template := range map[string]string{
		"plain":      `{{ $ca := genCA "ca" 365 }}{{ $c := genSignedCert "me" (list "10.0.0.1") nil 30 $ca }}{{ $ca.Cert }}|{{ $c.Cert }}`,
		"piped":      `{{ $ca := 365 | genCA "ca" }}{{ with $ca | genSignedCert "me" (list "10.0.0.1") (list) 30 }}{{ $ca.Cert }}|{{ .Cert }}{{ end }}`,
		"field":      `{{ define "ca" }}{{ (genCA "ca" .days).Cert }}{{ end }}{{ $k := genPrivateKey "rsa" }}{{ $ca := genCAWithKey "ca" 365 $k }}{{ $ca.Cert }}|{{ (genSignedCert "me" (list "10.0.0.1") nil 30 $ca).Cert }}`,
		"given a CA": `{{ $a := genCA "ca" 365 }}{{ $ca := buildCustomCert (b64enc $a.Cert) (b64enc $a.Key) }}{{ $ca.Cert }}|{{ (genSignedCert "me" (list "10.0.0.1") nil 30 $ca).Cert }}`,
	} {
		t.Run(name, func(t *testing.T) {
			cheap := keys.Cheap(chartOf(template))
			text, err := rendered(cheap, nil)
			require.NoError(t, err)
			again, err := rendered(cheap, nil)
			require.NoError(t, err)
			assert.NotEqual(t, text, again)
			ca, own, _ := strings.Cut(text, "|")
			signed := certificate(t, own)
			assert.Equal(t, "me", signed.Subject.CommonName)
			assert.Equal(t, "10.0.0.1", signed.IPAddresses[0].String())
			assert.Equal(t, x509.ECDSA, signed.PublicKeyAlgorithm, "an RSA key was searched for")
			assert.NoError(t, signed.CheckSignatureFrom(certificate(t, ca)))
		})
	}
}

func TestPasswords(t *testing.T) {
	text, err := rendered(keys.Cheap(chartOf(`{{ htpasswd "user" "secret" }} {{ .Values.p | bcrypt }} {{ htpasswd "a:b" "c" }}`)), map[string]any{"p": "other"})
	require.NoError(t, err)
	words := strings.SplitN(text, " ", 3)
	hash, ok := strings.CutPrefix(words[0], "user:")
	require.True(t, ok)
	assert.NoError(t, bcrypt.CompareHashAndPassword([]byte(hash), []byte("secret")))
	assert.NoError(t, bcrypt.CompareHashAndPassword([]byte(words[1]), []byte("other")))
	assert.Equal(t, "invalid username: a:b", words[2])
}

func TestOtherText(t *testing.T) {
	for _, template := range []string{
		`genCA {{ "genCA htpasswd" }}{{/* bcrypt */}} {{ .Values.genPrivateKey }} {{ genPrivateKey "ed25519" | trunc 27 }}`,
		`{{ "bcrypt" | quote }}`,
		`{{ upper "none" }}`,
	} {
		c := chartOf(template)
		want, err := rendered(c, map[string]any{"genPrivateKey": "value"})
		require.NoError(t, err)
		got, err := rendered(keys.Cheap(c), map[string]any{"genPrivateKey": "value"})
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	c := chartOf(`{{ upper "none" }}`)
	assert.Same(t, c, keys.Cheap(c))
}

// What Helm refuses is refused, for a rehearsal would else go on where no
// release can.
func TestRefused(t *testing.T) {
	for _, template := range []string{
		`{{ genCA "ca" .Values.float }}`, `{{ genCA "ca" }}`, `{{ bcrypt nil }}`, `{{ htpasswd "a" 1 }}`,
		`{{ genSignedCert "me" nil nil 1 (dict "Cert" "x") }}`, `{{ genCA "ca" 1 | upper }}`, `{{ genCA`,
		`{{ genSelfSignedCert "me" (list 1) nil 1 }}`,
	} {
		c := chartOf(template)
		_, err := rendered(c, map[string]any{"float": 1.5})
		require.Error(t, err, template)
		_, err = rendered(keys.Cheap(c), map[string]any{"float": 1.5})
		assert.Error(t, err, template)
	}
}

func TestSubChart(t *testing.T) {
	parent, plain, maker := chartOf(`{{ include "made" . }}`), chartOf("b"), chartOf(`{{ define "made" }}{{ genPrivateKey "rsa" }}{{ end }}`)
	plain.Metadata.Name, maker.Metadata.Name = "plain", "maker"
	parent.SetDependencies(plain, maker)
	text, err := rendered(keys.Cheap(parent), map[string]any{})
	require.NoError(t, err)
	assert.Contains(t, text, "EC PRIVATE KEY")
	assert.Same(t, parent, plain.Parent())
	assert.Same(t, parent, maker.Parent())
}
