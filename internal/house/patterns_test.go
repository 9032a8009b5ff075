package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPatterns: a package's regular expressions are compiled at their first
// use, not as the program starts, and are right all the same.
func TestPatterns(t *testing.T) {
	patterns := 0
	for folder, files := range sources(t, "../../pkg") {
		constants := constantsOf(files)
		for _, file := range files {
			for _, call := range initial(file) {
				switch name := calledName(call); {
				case strings.HasPrefix(name, "regexp.MustCompile"):
					assert.Fail(t, "compiled as the program starts; use lazy.Pattern", "%s: %s", folder, name)
				case name == "lazy.Pattern":
					patterns++
					text, ok := textOf(call.Args[0], constants)
					require.True(t, ok, "%s: a pattern that is no constant of its package", folder)
					_, err := regexp.Compile(text)
					assert.NoError(t, err, folder)
				}
			}
		}
	}
	assert.Greater(t, patterns, 50)
}

// sources parses what is built of the packages below a folder.
func sources(t *testing.T, below string) map[string][]*ast.File {
	out := map[string][]*ast.File{}
	require.NoError(t, filepath.WalkDir(below, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		out[filepath.Dir(path)] = append(out[filepath.Dir(path)], file)
		return err
	}))
	return out
}

// initial are the calls by which a file sets its package's variables, but for
// those in functions that something else calls.
func initial(file *ast.File) []*ast.CallExpr {
	var out []*ast.CallExpr
	for _, d := range file.Decls {
		if general, ok := d.(*ast.GenDecl); ok && general.Tok == token.VAR {
			ast.Inspect(general, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					out = append(out, call)
				}
				_, function := n.(*ast.FuncLit)
				return !function
			})
		}
	}
	return out
}

func calledName(call *ast.CallExpr) string {
	if s, ok := call.Fun.(*ast.SelectorExpr); ok {
		if of, ok := s.X.(*ast.Ident); ok {
			return of.Name + "." + s.Sel.Name
		}
	}
	return ""
}

// constantsOf are a package's constants by name, as written.
func constantsOf(files []*ast.File) map[string]ast.Expr {
	out := map[string]ast.Expr{}
	for _, file := range files {
		for _, d := range file.Decls {
			general, ok := d.(*ast.GenDecl)
			if !ok || general.Tok != token.CONST {
				continue
			}
			for _, spec := range general.Specs {
				value := spec.(*ast.ValueSpec)
				for i, e := range value.Values {
					out[value.Names[i].Name] = e
				}
			}
		}
	}
	return out
}

// textOf works out strings, and sums of them.
func textOf(e ast.Expr, constants map[string]ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.Ident:
		value, ok := constants[e.Name]
		if !ok {
			return "", false
		}
		return textOf(value, constants)
	case *ast.BinaryExpr:
		a, ok := textOf(e.X, constants)
		b, too := textOf(e.Y, constants)
		return a + b, ok && too && e.Op == token.ADD
	}
	return "", false
}
