package keys_test

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"github.com/helm-stateful/helm-stateful/pkg/render/keys"
)

// rendered is what a template prints by sprig's functions, some of them replaced.
func rendered(text string, others template.FuncMap, values map[string]any) (string, error) {
	t, err := template.New("x").Funcs(sprig.TxtFuncMap()).Funcs(others).Parse(text)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, map[string]any{"Values": values})
	return b.String(), err
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
			text, err := rendered(template, keys.Functions(), nil)
			require.NoError(t, err)
			again, err := rendered(template, keys.Functions(), nil)
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
	text, err := rendered(`{{ htpasswd "user" "secret" }} {{ .Values.p | bcrypt }} {{ htpasswd "a:b" "c" }}`, keys.Functions(), map[string]any{"p": "other"})
	require.NoError(t, err)
	words := strings.SplitN(text, " ", 3)
	hash, ok := strings.CutPrefix(words[0], "user:")
	require.True(t, ok)
	assert.NoError(t, bcrypt.CompareHashAndPassword([]byte(hash), []byte("secret")))
	assert.NoError(t, bcrypt.CompareHashAndPassword([]byte(words[1]), []byte("other")))
	assert.Equal(t, "invalid username: a:b", words[2])
}

// What sprig refuses is refused in the same words, for a rehearsal would else go on
// where no release can. Some of it is printed.
func TestRefused(t *testing.T) {
	long := strings.Repeat("x", 73) // which bcrypt does not take
	for _, text := range []string{
		`{{ genCA "ca" .Values.float }}`, `{{ genCA "ca" }}`, `{{ genCA "ca" 1 2 }}`, `{{ bcrypt nil }}`, `{{ htpasswd "a" 1 }}`,
		`{{ genSignedCert "me" nil nil 1 (dict "Cert" "x") }}`, `{{ genCA "ca" 1 | upper }}`,
		`{{ genSelfSignedCert "me" (list 1) nil 1 }}`, `{{ genSelfSignedCert "me" (list "no address") nil 1 }}`,
		`{{ genSignedCert "me" nil nil 1 (buildCustomCert "eA==" "eA==") }}`,
		`{{ genPrivateKey "none" }}`, `{{ genPrivateKey 1 }}`, `{{ bcrypt .Values.long }}`, `{{ htpasswd "a" .Values.long }}`, `{{ htpasswd "a:b" "c" }}`,
	} {
		values := map[string]any{"float": 1.5, "long": long}
		want, wantErr := rendered(text, nil, values)
		got, err := rendered(text, keys.Functions(), values)
		assert.Equal(t, want, got, text)
		assert.Equal(t, wantErr, err, text)
	}
}

func TestOtherKeys(t *testing.T) {
	text, err := rendered(`{{ genPrivateKey "ed25519" }}`, keys.Functions(), nil)
	require.NoError(t, err)
	assert.Contains(t, text, "-----BEGIN PRIVATE KEY-----")
	text, err = rendered(`{{ genPrivateKey "rsa" }}`, keys.Functions(), nil)
	require.NoError(t, err)
	assert.Contains(t, text, "-----BEGIN EC PRIVATE KEY-----")
}
