package main

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/helm-stateful/helm-stateful/pkg/config"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

const (
	configSchemaFile = "docs/schema/config.schema.json"
	rawURL           = "https://raw.githubusercontent.com/helm-stateful/helm-stateful/main/"
)

// configSchema is the JSON schema of .helm-stateful.yaml: the Go type, its
// comments, and the rules.
func configSchema(root string) (string, error) {
	var names []string
	for _, r := range rules.All() {
		names = append(names, r.Name)
	}
	terms := config.Terms(names)
	comments, err := commentsOf(root, "pkg/config")
	if err != nil {
		return "", err
	}
	reflector := &jsonschema.Reflector{
		Anonymous:      true,
		DoNotReference: true,
		LookupComment:  comments,
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			if term, ok := terms[t]; ok {
				return &jsonschema.Schema{Extras: term}
			}
			return nil
		},
	}
	schema := reflector.Reflect(&config.Config{})
	schema.ID = rawURL + configSchemaFile
	schema.Title = ".helm-stateful.yaml"
	fillLists(schema)
	byRule, ok := schema.Properties.Get("rules")
	if !ok {
		return "", fmt.Errorf("%s: the property rules is gone", configSchemaFile)
	}
	byRule.Properties = jsonschema.NewProperties()
	for _, r := range rules.All() {
		byRule.Properties.Set(r.Name, &jsonschema.Schema{
			Description: fmt.Sprintf("%s (default %s)", r.Title, r.Severity),
			Extras:      terms[reflect.TypeFor[config.Level]()],
		})
	}
	byRule.AdditionalProperties = jsonschema.FalseSchema
	text, err := json.MarshalIndent(schema, "", "  ")
	return string(text) + "\n", err
}

// fillLists wants every list to hold something.
func fillLists(schema *jsonschema.Schema) {
	if schema.Type == "array" {
		one := uint64(1)
		schema.MinItems = &one
		fillLists(schema.Items)
	}
	for pair := schema.Properties.Oldest(); pair != nil; pair = pair.Next() {
		fillLists(pair.Value)
	}
}
