package keys

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"reflect"
	"strings"
	"sync"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"golang.org/x/crypto/bcrypt"
)

// Functions stand for those of sprig that have the same names. They take what
// those take, and leave to them what is no matter of keys, above all mistakes.
var Functions = sync.OnceValue(func() template.FuncMap {
	sprigs := sprig.GenericFuncMap()
	slowHtpasswd := sprigs["htpasswd"].(func(string, string) string)
	slowBcrypt := sprigs["bcrypt"].(func(string) string)
	slowKey := sprigs["genPrivateKey"].(func(string) string)
	functions := template.FuncMap{
		"htpasswd": func(user, password string) string {
			if hash, ok := hashed(password); ok && !strings.Contains(user, ":") {
				return user + ":" + hash
			}
			return slowHtpasswd(user, password)
		},
		"bcrypt": func(password string) string {
			if hash, ok := hashed(password); ok {
				return hash
			}
			return slowBcrypt(password)
		},
		"genPrivateKey": func(kind string) string {
			if kind == "" || kind == "rsa" || kind == "dsa" {
				if key, err := newKey(); err == nil {
					return key
				}
			}
			return slowKey(kind)
		},
	}
	for _, name := range []string{"genCA", "genSelfSignedCert", "genSignedCert"} {
		functions[name] = withOwnKey(sprigs[name], sprigs[name+"WithKey"])
	}
	return functions
})

// withOwnKey is a function like slow, made from the one of sprig that takes a key
// besides. Its type has no exported name.
func withOwnKey(slow, withKey any) any {
	return reflect.MakeFunc(reflect.TypeOf(slow), func(args []reflect.Value) []reflect.Value {
		if key, err := newKey(); err == nil {
			out := reflect.ValueOf(withKey).Call(append(args[:len(args):len(args)], reflect.ValueOf(key)))
			if failed := out[1]; failed.IsNil() {
				return out
			}
		}
		return reflect.ValueOf(slow).Call(args)
	}).Interface()
}

// hashed is false for a password that bcrypt does not take.
func hashed(password string) (string, bool) {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	return string(hash), err == nil
}

func newKey() (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})), nil
}
