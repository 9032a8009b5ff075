package conform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// SARIF says what is wrong with a SARIF 2.1.0 log, by the schema of the OASIS
// standard and by a reader that knows no other fields than the standard's.
func SARIF(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(new(sarif.Report)); err != nil {
		return fmt.Errorf("go-sarif: %w", err)
	}
	schema, err := sarifSchema()
	if err != nil {
		return err
	}
	return validate(schema, text)
}

const sarifURL = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

func sarifSchema() (*jsonschema.Schema, error) {
	text, err := sarifSchemaText()
	if err != nil {
		return nil, err
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(sarifURL, value); err != nil {
		return nil, err
	}
	return compiler.Compile(sarifURL)
}

// sarifSchemaText reads the standard's schema, unchanged, from the source of
// go-sarif, which carries it as a constant and does not export it.
func sarifSchemaText() (string, error) {
	dir, err := folderOf("github.com/owenrumney/go-sarif/v3")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "pkg/report/v210/sarif/schema.go")
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		return "", err
	}
	var text string
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING && len(literal.Value) > len(text) {
			text = literal.Value
		}
		return true
	})
	return strconv.Unquote(text)
}
