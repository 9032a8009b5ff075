package manifest

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v2"
)

// readYAML reads a document as the API server reads the JSON that
// sigs.k8s.io/yaml makes of it, without making the JSON.
func readYAML(text []byte) (any, error) {
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	return asJSON(value)
}

// asJSON turns what YAML has into what JSON has: keys are strings, and a number
// without a fraction is an int64 where it fits.
func asJSON(value any) (any, error) {
	switch v := value.(type) {
	case map[any]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			key, err := keyText(k, item)
			if err != nil {
				return nil, err
			}
			if out[key], err = asJSON(item); err != nil {
				return nil, err
			}
		}
		return out, nil
	case []any:
		for i, item := range v {
			var err error
			if v[i], err = asJSON(item); err != nil {
				return nil, err
			}
		}
		return v, nil
	case string:
		return valid(v), nil
	case int:
		return int64(v), nil
	case uint64:
		return float64(v), nil // above the largest int64
	case float64:
		return number(v)
	}
	return value, nil
}

func keyText(key, value any) (string, error) {
	switch k := key.(type) {
	case string:
		return valid(k), nil
	case int:
		return strconv.Itoa(k), nil
	case int64:
		return strconv.FormatInt(k, 10), nil
	case bool:
		return strconv.FormatBool(k), nil
	case float64:
		switch text := strconv.FormatFloat(k, 'g', -1, 32); text {
		case "+Inf":
			return ".inf", nil
		case "-Inf":
			return "-.inf", nil
		case "NaN":
			return ".nan", nil
		default:
			return text, nil
		}
	}
	return "", fmt.Errorf("unsupported map key of type: %T, key: %+#v, value: %+#v", key, key, value)
}

// valid replaces every byte that is no part of a character, which !!binary may
// hold, as JSON does.
func valid(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return string([]rune(text))
}

func number(f float64) (any, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("json: unsupported value: %s", strconv.FormatFloat(f, 'g', -1, 64))
	}
	if f == math.Trunc(f) && math.Abs(f) < 1e21 { // which JSON writes without an exponent
		if whole, err := strconv.ParseInt(strconv.FormatFloat(f, 'f', -1, 64), 10, 64); err == nil {
			return whole, nil
		}
	}
	return f, nil
}
