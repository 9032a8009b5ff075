package main

import (
	"encoding/json"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

const (
	reportSchemaFile = "docs/schema/report-v1.schema.json"
	planSchemaFile   = "docs/schema/plan-v1.schema.json"
)

// outputSchemas are the JSON schemas of what lint, compare and plan print with
// --output json: the Go types and their comments.
func outputSchemas(root string) (map[string]string, error) {
	comments, err := commentsOf(root, "pkg/report", "pkg/lint", "pkg/manifest")
	if err != nil {
		return nil, err
	}
	reflector := &jsonschema.Reflector{Anonymous: true, ExpandedStruct: true, LookupComment: comments, Mapper: outputTerm}
	out := map[string]string{}
	for file, about := range map[string]struct {
		title string
		value any
	}{
		reportSchemaFile: {"A report of helm-stateful lint or compare", &report.Report{}},
		planSchemaFile:   {"A plan of helm-stateful plan", &report.Plan{}},
	} {
		schema := reflector.Reflect(about.value)
		schema.ID, schema.Title = jsonschema.ID(rawURL+file), about.title
		fixVersion(schema)
		for _, part := range schema.Definitions {
			fixVersion(part)
		}
		text, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			return nil, err
		}
		out[file] = string(text) + "\n"
	}
	return out, nil
}

// fixVersion names the one version that the schema is of.
func fixVersion(schema *jsonschema.Schema) {
	if schema.Properties == nil {
		return
	}
	if version, ok := schema.Properties.Get("schemaVersion"); ok {
		version.Const = report.SchemaVersion
	}
}

// outputTerm is the schema of the types that hold one of a few words.
func outputTerm(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[lint.Severity]():
		return oneOf(lint.Error.String(), lint.Warning.String(), lint.Info.String())
	case reflect.TypeFor[lint.Step]():
		return oneOf(lint.StepInstall, lint.StepRun, lint.StepUpgrade, lint.StepUninstall, lint.StepReinstall, lint.StepRestore, lint.StepSibling)
	case reflect.TypeFor[lint.IgnoreSource]():
		return oneOf(lint.IgnoredByAnnotation, lint.IgnoredByComment, lint.IgnoredByConfig)
	}
	return nil
}

func oneOf[T any](words ...T) *jsonschema.Schema {
	out := &jsonschema.Schema{Type: "string"}
	for _, word := range words {
		out.Enum = append(out.Enum, word)
	}
	return out
}
