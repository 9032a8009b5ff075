package keys

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"reflect"
	"strings"

	"github.com/Masterminds/sprig/v3"
	"golang.org/x/crypto/bcrypt"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
)

// apiVersion is what no cluster has.
const apiVersion = "functions.helm-stateful.io/v1"

const function = "function"

// call is how a template calls a function of this package.
func call(name string) string {
	return fmt.Sprintf(`call (lookup %q "Function" "" %q).%s`, apiVersion, name, function)
}

// Client answers the lookups of a chart that Cheap has returned; false for all
// other lookups.
func Client(version string) (dynamic.NamespaceableResourceInterface, bool) {
	return functions{}, version == apiVersion
}

type functions struct {
	dynamic.NamespaceableResourceInterface
}

func (functions) Get(_ context.Context, name string, _ metav1.GetOptions, _ ...string) (*unstructured.Unstructured, error) {
	return &unstructured.Unstructured{Object: map[string]any{
		function: func(args ...any) (any, error) { return produce(name, args) },
	}}, nil
}

// produce calls a function. What sprig would refuse is an error here too.
func produce(name string, args []any) (any, error) {
	funcs := sprig.GenericFuncMap()
	if err := fits(funcs[name], args); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	switch name {
	case "htpasswd":
		user, password := args[0].(string), args[1].(string)
		if hash, ok := hashed(password); ok && !strings.Contains(user, ":") {
			return user + ":" + hash, nil
		}
	case "bcrypt":
		if hash, ok := hashed(args[0].(string)); ok {
			return hash, nil
		}
	case "genPrivateKey":
		if kind := args[0].(string); kind == "" || kind == "rsa" || kind == "dsa" {
			return newKey()
		}
	default:
		key, err := newKey()
		if err != nil {
			return nil, err
		}
		return called(funcs[name+"WithKey"], append(args[:len(args):len(args)], key))
	}
	return called(funcs[name], args)
}

// fits tells whether a template may call a function with args.
func fits(function any, args []any) error {
	t := reflect.TypeOf(function)
	if t.NumIn() != len(args) {
		return fmt.Errorf("want %d arguments, got %d", t.NumIn(), len(args))
	}
	for i, arg := range args {
		if want := t.In(i); arg == nil && want.Kind() != reflect.Slice || arg != nil && !reflect.TypeOf(arg).AssignableTo(want) {
			return fmt.Errorf("argument %d is a %T, want a %s", i+1, arg, want)
		}
	}
	return nil
}

func called(function any, args []any) (any, error) {
	f := reflect.ValueOf(function)
	var in []reflect.Value
	for i, arg := range args {
		if arg == nil {
			in = append(in, reflect.Zero(f.Type().In(i)))
			continue
		}
		in = append(in, reflect.ValueOf(arg))
	}
	out := f.Call(in)
	if len(out) == 2 && !out[1].IsNil() {
		return nil, out[1].Interface().(error)
	}
	return out[0].Interface(), nil
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
