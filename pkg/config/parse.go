package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// Read reads a configuration file. rules are the names of all rules.
func Read(file string, rules []string) (*Config, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(file, text, rules)
}

// Parse reads the text of a configuration file. The error joins all mistakes,
// each with its place.
func Parse(file string, text []byte, rules []string) (*Config, error) {
	c := &Config{File: file, places: map[string]string{}}
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return c, nil
	case err != nil:
		return nil, syntaxError(file, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: holds more than one YAML document", file)
	}
	root := document.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == yaml.NodeTagNull {
		return c, nil
	}
	r := &reader{file: file, rules: rules, places: c.places}
	r.value(root, reflect.ValueOf(c).Elem(), "")
	if len(r.mistakes) > 0 {
		return nil, errors.Join(r.mistakes...)
	}
	for i := range c.Ignore {
		c.Ignore[i].place = c.places[fmt.Sprintf("ignore[%d]", i)]
	}
	return c, nil
}

// syntaxError puts the file into a message such as "yaml: line 3: did not …".
func syntaxError(file string, err error) error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if line, rest, ok := strings.Cut(strings.TrimPrefix(message, "line "), ": "); ok && line != message {
		return fmt.Errorf("%s:%s: %s", file, line, rest)
	}
	return fmt.Errorf("%s: %s", file, message)
}

// reader fills a value from a YAML tree, type by type, and notes each mistake.
type reader struct {
	file     string
	rules    []string
	places   map[string]string
	mistakes []error
}

func (r *reader) mistake(node *yaml.Node, path, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if path != "" {
		message = path + ": " + message
	}
	r.mistakes = append(r.mistakes, fmt.Errorf("%s:%d: %s", r.file, node.Line, message))
}

func (r *reader) value(node *yaml.Node, into reflect.Value, path string) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.Kind == yaml.ScalarNode && node.Tag == yaml.NodeTagNull {
		r.mistake(node, path, "has no value: give it one, or leave it out")
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		r.value(node, into.Elem(), path)
	case reflect.Struct:
		r.object(node, into, path)
	case reflect.Map:
		r.rulesMap(node, into, path)
	case reflect.Slice:
		r.list(node, into, path)
	case reflect.Bool:
		if node.Kind != yaml.ScalarNode || node.Tag != yaml.NodeTagBool {
			r.mistake(node, path, "must be true or false")
			return
		}
		into.SetBool(strings.EqualFold(node.Value, "true"))
	case reflect.Int:
		r.helmVersion(node, into, path)
	default:
		r.text(node, into, path)
	}
}

// object reads a mapping into a struct, by its json tags.
func (r *reader) object(node *yaml.Node, into reflect.Value, path string) {
	fields, required := keysOf(into.Type())
	var names []string
	for _, f := range fields {
		names = append(names, f.key)
	}
	seen := r.mapping(node, path, func(key *yaml.Node, value *yaml.Node, below string) {
		i := slices.Index(names, key.Value)
		if i < 0 {
			r.mistake(key, path, "%s", noSuch("key", key.Value, names))
			return
		}
		r.value(value, into.Field(fields[i].index), below)
	})
	for _, name := range required {
		if seen != nil && !seen[name] {
			r.mistake(node, path, "%s is missing", name)
		}
	}
}

// rulesMap reads a mapping from the names of rules.
func (r *reader) rulesMap(node *yaml.Node, into reflect.Value, path string) {
	into.Set(reflect.MakeMap(into.Type()))
	r.mapping(node, path, func(key *yaml.Node, value *yaml.Node, below string) {
		if err := RuleName(key.Value).check(r.rules); err != nil {
			r.mistake(key, path, "%s", err)
			return
		}
		element := reflect.New(into.Type().Elem()).Elem()
		r.value(value, element, below)
		into.SetMapIndex(reflect.ValueOf(key.Value), element)
	})
}

// mapping visits the entries of a mapping and returns its keys, nil when node
// is none.
func (r *reader) mapping(node *yaml.Node, path string, visit func(key, value *yaml.Node, below string)) map[string]bool {
	if node.Kind != yaml.MappingNode {
		if path == "" {
			r.mistake(node, "", "the file must hold keys and values")
		} else {
			r.mistake(node, path, "must hold keys and values")
		}
		return nil
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if seen[key.Value] {
			r.mistake(key, path, "%s stands here a second time", key.Value)
			continue
		}
		seen[key.Value] = true
		below := key.Value
		if path != "" {
			below = path + "." + key.Value
		}
		r.places[below] = fmt.Sprintf("%s:%d", r.file, key.Line)
		visit(key, value, below)
	}
	return seen
}

func (r *reader) list(node *yaml.Node, into reflect.Value, path string) {
	if node.Kind != yaml.SequenceNode {
		r.mistake(node, path, "must be a list")
		return
	}
	if len(node.Content) == 0 {
		r.mistake(node, path, "the list is empty: fill it, or leave it out")
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(node.Content), len(node.Content)))
	for i, item := range node.Content {
		below := fmt.Sprintf("%s[%d]", path, i)
		r.places[below] = fmt.Sprintf("%s:%d", r.file, item.Line)
		r.value(item, into.Index(i), below)
	}
}

func (r *reader) helmVersion(node *yaml.Node, into reflect.Value, path string) {
	for _, v := range HelmVersions() {
		if node.Kind == yaml.ScalarNode && node.Tag == yaml.NodeTagInt && node.Value == fmt.Sprint(int(v)) {
			into.SetInt(int64(v))
			return
		}
	}
	r.mistake(node, path, "must be 3 or 4")
}

func (r *reader) text(node *yaml.Node, into reflect.Value, path string) {
	_, isDate := into.Interface().(Date)
	if node.Kind != yaml.ScalarNode || (node.Tag != yaml.NodeTagString && (!isDate || node.Tag != "!!timestamp")) {
		r.mistake(node, path, "must be a string; quote it if it is one")
		return
	}
	into.SetString(node.Value)
	if s, ok := into.Interface().(scalar); ok {
		if err := s.check(r.rules); err != nil {
			r.mistake(node, path, "%s", err)
		}
	}
}

// noSuch names what was most likely meant.
func noSuch(what, name string, known []string) error {
	if nearest := lint.Nearest(name, known); nearest != "" {
		return fmt.Errorf("there is no %s %q; is %s meant?", what, name, nearest)
	}
	if what == "rule" {
		return fmt.Errorf("there is no rule %q: helm stateful rules lists them", name)
	}
	return fmt.Errorf("there is no %s %q; there are %s", what, name, strings.Join(known, ", "))
}
