// Package licences lists the modules that are linked into the program, on any
// system that it is released for, with the licences that their texts state.
package licences

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// Module is a module that is linked into the program, in whole or in part.
type Module struct {
	Path, Version string
	// Licences are SPDX identifiers, sorted.
	Licences []string
	// Files hold the texts: those of the module, and those of folders in it that
	// packages of the program are in, by their names in the module.
	Files map[string][]byte
}

// Systems are those that the program is released for.
func Systems() []string { return []string{"linux", "darwin", "windows"} }

// Linked lists the modules of the program at root, by their paths. It is an
// error where one has no licence that is known by its text.
func Linked(root string) ([]Module, error) {
	found := map[string]*Module{}
	for _, system := range Systems() {
		packages, err := linked(root, system)
		if err != nil {
			return nil, err
		}
		for _, p := range packages {
			m := found[p.module]
			if m == nil {
				m = &Module{Path: p.module, Version: p.version, Files: map[string][]byte{}}
				found[p.module] = m
			}
			if err := m.read(p); err != nil {
				return nil, err
			}
		}
	}
	var out []Module
	var unknown []error
	for _, name := range slices.Sorted(maps.Keys(found)) {
		m := found[name]
		if m.Licences = stated(m.Files); len(m.Licences) == 0 {
			unknown = append(unknown, fmt.Errorf("%s %s: no text of a licence that is known", m.Path, m.Version))
		}
		out = append(out, *m)
	}
	return out, errors.Join(unknown...)
}

// linkedPackage is a package of a module; dir and root are folders.
type linkedPackage struct{ module, version, root, dir string }

func linked(root, system string) ([]linkedPackage, error) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}\t{{.Dir}}", "./cmd/helm-stateful")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system)
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %s: %w", system, cmp.Or(stderrOf(err), err))
	}
	var out []linkedPackage
	for line := range strings.Lines(string(text)) {
		if words := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(words) == 4 && words[1] != "" { // the program's own have no version
			out = append(out, linkedPackage{words[0], words[1], words[2], words[3]})
		}
	}
	return out, nil
}

func stderrOf(err error) error {
	if exit := new(exec.ExitError); errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	return nil
}

// licenceFile are the names of files with licences and with the notices that go
// along with them.
var licenceFile = regexp.MustCompile(`(?i)^(licen[sc]es?|copying|copyright|notice|unlicense)([-._].*)?$`)

// read reads the texts of a package's folder and of those above it.
func (m *Module) read(p linkedPackage) error {
	for dir := p.dir; strings.HasPrefix(dir, p.root); dir = filepath.Dir(dir) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if !entry.Type().IsRegular() || !licenceFile.MatchString(entry.Name()) || strings.HasSuffix(entry.Name(), ".go") {
				continue
			}
			file := filepath.Join(dir, entry.Name())
			name, err := filepath.Rel(p.root, file)
			if err != nil {
				return err
			}
			if m.Files[filepath.ToSlash(name)], err = os.ReadFile(file); err != nil {
				return err
			}
		}
	}
	return nil
}

// stated are the licences of texts.
func stated(files map[string][]byte) []string {
	found := map[string]bool{}
	for _, text := range files {
		for _, match := range licensecheck.Scan(text).Match {
			if !match.IsURL {
				found[match.ID] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Markdown is the list as a page of the documentation.
func Markdown(modules []Module) string {
	var b strings.Builder
	b.WriteString("# Licences\n\nThe modules that are linked into helm-stateful, for any system, and their licences by SPDX identifier, those of parts of a\n" +
		"module included. `make licences` writes their texts, which the archives of a release hold. The Go library is linked too, under BSD-3-Clause.\n\n| module | version | licences |\n|---|---|---|\n")
	for _, m := range modules {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.Path, m.Version, strings.Join(m.Licences, ", "))
	}
	return b.String()
}

// Write writes the texts of all licences one after the other.
func Write(w io.Writer, modules []Module) error {
	var b strings.Builder
	b.WriteString("Licences and notices of the modules that are linked into helm-stateful.\n")
	for _, m := range modules {
		for _, name := range slices.Sorted(maps.Keys(m.Files)) {
			fmt.Fprintf(&b, "\n%s\n%s %s: %s\n\n%s\n", strings.Repeat("=", 80), m.Path, m.Version, name, strings.TrimSpace(string(m.Files[name])))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
