package apiserver

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

// longExponent is a number, as text, with an exponent of six digits and more.
var longExponent = lazy.Pattern(`"[+-]?[0-9.]+[eE][+-]?[0-9]{6,}"`)

// endless returns an error where the data of an object hold a quantity with so large
// an exponent that it takes forever to be read (k8s.io/apimachinery,
// pkg/api/resource/quantity.go, ParseQuantity: all its digits are made). Anything
// may stand in a field that is no quantity.
func (a *api) endless(data []byte, gvk schema.GroupVersionKind) error {
	if !mayHaveLongExponent(data) {
		return nil
	}
	found := longExponent().Find(data)
	if found == nil {
		return nil
	}
	versioned, err := a.scheme.New(gvk)
	if err != nil {
		return err
	}
	err = kjson.UnmarshalCaseSensitivePreserveInts(longExponent().ReplaceAll(data, []byte(`"none"`)), versioned)
	if err != nil && strings.Contains(err.Error(), resource.ErrFormatWrong.Error()) {
		return fmt.Errorf("a quantity has too large an exponent, as %s has: the API server would not come to an end with it", found)
	}
	return nil // what else is wrong is found where it is read
}

// mayHaveLongExponent is quick, and seldom wrong.
func mayHaveLongExponent(data []byte) bool {
	const digits = 6
	for i, b := range data {
		if b|0x20 != 'e' || i == 0 || !isDigit(data[i-1]) && data[i-1] != '.' {
			continue
		}
		at := i + 1
		if at < len(data) && (data[at] == '+' || data[at] == '-') {
			at++
		}
		end := at
		for end < len(data) && isDigit(data[end]) {
			end++
		}
		if end-at >= digits {
			return true
		}
	}
	return false
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
