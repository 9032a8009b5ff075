package cluster

import (
	"strings"
	"sync"
	_ "unsafe" // for go:linkname

	"go.yaml.in/yaml/v2"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	// Its schema is read here.
	_ "k8s.io/client-go/applyconfigurations"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/structured-merge-diff/v6/typed"
)

// schemaYAML is the schema of all built-in kinds (k8s.io/client-go v0.37.1,
// applyconfigurations/internal), which has no exported name. A client-go without
// it does not link.
//
//go:linkname schemaYAML k8s.io/client-go/applyconfigurations/internal.schemaYAML
var schemaYAML typed.YAMLObject

// schemas reads of Kubernetes' schema what the kinds in question need. client-go's
// own NewTypeConverter reads and checks all of its 400 kB, which takes longer than
// all else that is done with a small chart. It is safe for concurrent use.
type schemas struct {
	definitions map[string]string // of the types, by name, as YAML

	mu    sync.Mutex
	kinds map[string]kindSchema
}

// kindSchema reads objects of one kind.
type kindSchema struct {
	managedfields.TypeConverter
	typed.ParseableType
}

// builtInSchemas are read once in a process.
var builtInSchemas = sync.OnceValue(func() *schemas {
	s := &schemas{definitions: map[string]string{}, kinds: map[string]kindSchema{}}
	const begin = "\n- name: "
	for _, definition := range strings.Split(string(schemaYAML), begin)[1:] {
		name, _, _ := strings.Cut(definition, "\n")
		s.definitions[name] = begin[1:] + definition + "\n"
	}
	return s
})

// of returns the schema of a kind.
func (s *schemas) of(kind schema.GroupVersionKind) (kindSchema, error) {
	name, err := scheme.Scheme.ToOpenAPIDefinitionName(kind)
	if err != nil {
		return kindSchema{TypeConverter: managedfields.NewSchemeTypeConverter(scheme.Scheme, &typed.Parser{})}, nil // which says so
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.kinds[name]; ok {
		return known, nil
	}
	parser := &typed.Parser{}
	if err := yaml.Unmarshal([]byte(s.needed(name)), &parser.Schema); err != nil {
		return kindSchema{}, err
	}
	known := kindSchema{managedfields.NewSchemeTypeConverter(scheme.Scheme, parser), parser.Type(name)}
	s.kinds[name] = known
	return known, nil
}

// needed is the schema of a type and of all that it is made of.
func (s *schemas) needed(name string) string {
	var b strings.Builder
	b.WriteString("types:\n")
	added := map[string]bool{}
	for todo := []string{name}; len(todo) > 0; {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		definition, ok := s.definitions[next]
		if !ok || added[next] {
			continue
		}
		added[next] = true
		b.WriteString(definition)
		for line := range strings.Lines(definition) {
			if named, ok := strings.CutPrefix(strings.TrimSpace(line), "namedType: "); ok {
				todo = append(todo, named)
			}
		}
	}
	return b.String()
}
