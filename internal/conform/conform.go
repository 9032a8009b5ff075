// Package conform holds outputs against the schemas of their formats, for
// tests.
package conform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Report says what is wrong with a JSON report, by the schema that is
// published.
func Report(text []byte) error { return published("report-v1.schema.json", text) }

// Plan says what is wrong with a JSON plan, by the schema that is published.
func Plan(text []byte) error { return published("plan-v1.schema.json", text) }

func published(name string, text []byte) error {
	root, err := folderOf("github.com/helm-stateful/helm-stateful")
	if err != nil {
		return err
	}
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "docs/schema", name))
	if err != nil {
		return err
	}
	return validate(schema, text)
}

func validate(schema *jsonschema.Schema, text []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// folderOf is where a module lies on this machine.
func folderOf(module string) (string, error) {
	out, err := exec.Command("go", "list", "-m", "-json", module).Output()
	if err != nil {
		return "", fmt.Errorf("go list -m %s: %w", module, err)
	}
	var found struct{ Dir string }
	if err := json.Unmarshal(out, &found); err != nil {
		return "", err
	}
	if strings.TrimSpace(found.Dir) == "" {
		return "", fmt.Errorf("module %s is not on this machine: run go mod download", module)
	}
	return found.Dir, nil
}
