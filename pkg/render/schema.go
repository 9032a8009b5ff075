package render

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"helm.sh/helm/v3/pkg/chart"
)

const schemaURL = "file:///values.schema.json"

// checkSchemas checks values against the values.schema.json of the chart and
// its sub charts, as Helm does (helm v3.22.0, pkg/chartutil/jsonschema.go), but
// for references to other files and hosts: those are not followed, and
// whatever they would demand counts as met.
func checkSchemas(c *chart.Chart, values map[string]any) error {
	var problems strings.Builder
	collectSchemaErrors(&problems, c, values)
	if problems.Len() == 0 {
		return nil
	}
	return fmt.Errorf("values don't meet the specifications of the schema(s) in the following chart(s):\n%s", strings.TrimRight(problems.String(), "\n"))
}

func collectSchemaErrors(problems *strings.Builder, c *chart.Chart, values map[string]any) {
	if c.Schema != nil {
		if err := checkSchema(c.Schema, values); err != nil {
			fmt.Fprintf(problems, "%s:\n%s\n", c.Name(), err)
		}
	}
	for _, sub := range c.Dependencies() {
		raw, ok := values[sub.Name()]
		if !ok || raw == nil {
			continue
		}
		subValues, ok := raw.(map[string]any)
		if !ok {
			fmt.Fprintf(problems, "%s:\ninvalid type for values: expected object (map), got %T\n", sub.Name(), raw)
			continue
		}
		collectSchemaErrors(problems, sub, subValues)
	}
}

func checkSchema(schema []byte, values map[string]any) (err error) {
	defer func() { // the compiler panics on some malformed schemas, as Helm knows too
		if r := recover(); r != nil {
			err = fmt.Errorf("unable to validate schema: %v", r)
		}
	}()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(permissive{})
	if err := compiler.AddResource(schemaURL, document); err != nil {
		return err
	}
	validator, err := compiler.Compile(schemaURL)
	if err != nil {
		return err
	}
	if err := validator.Validate(values); err != nil {
		return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "jsonschema validation failed with '"+schemaURL+"#'\n"))
	}
	return nil
}

// permissive answers every reference to another document with a schema that
// accepts anything.
type permissive struct{}

func (permissive) Load(string) (any, error) { return true, nil }
