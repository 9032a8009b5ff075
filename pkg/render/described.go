package render

import (
	"cmp"
	"encoding/json"

	"helm.sh/helm/v3/pkg/chart"
)

// described adds to a copy of a chart's values those that only the
// values.schema.json of the chart and its sub charts tells of, with their
// defaults, or as empty texts and switches that are off.
func described(c *chart.Chart, values map[string]any) map[string]any {
	out := copyMaps(values, map[uintptr]any{}).(map[string]any)
	describe(c, out)
	return out
}

func describe(c *chart.Chart, values map[string]any) {
	var schema valueSchema
	if c.Schema != nil && json.Unmarshal(c.Schema, &schema) == nil {
		schema.fill(values)
	}
	for _, sub := range c.Dependencies() {
		if subValues, ok := values[sub.Name()].(map[string]any); ok {
			describe(sub, subValues)
		}
	}
}

// valueSchema is the little of a JSON schema that names values. References are
// not followed.
type valueSchema struct {
	Type       any                    `json:"type"`
	Default    any                    `json:"default"`
	Properties map[string]valueSchema `json:"properties"`
}

func (s valueSchema) fill(values map[string]any) {
	for key, property := range s.Properties {
		value, written := values[key]
		if below, ok := value.(map[string]any); ok {
			property.fill(below)
			continue
		}
		if written {
			continue
		}
		switch property.Type {
		case "string":
			values[key] = cmp.Or(property.Default, any(""))
		case "boolean":
			values[key] = property.Default == true
		case "object":
			if below := map[string]any{}; property.Properties != nil {
				property.fill(below)
				values[key] = below
			}
		}
	}
}
