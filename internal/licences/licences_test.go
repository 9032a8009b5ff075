package licences

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTextsOfAPackage(t *testing.T) {
	root := t.TempDir()
	own, err := os.ReadFile("../../LICENSE")
	require.NoError(t, err)
	for name, text := range map[string]string{
		"LICENSE": string(own), "a/LICENCE.md": "x", "a/b/NOTICE": "y", "a/b/license.go": "package b", "a/licensing.md": "x", "c/COPYING": "not above the package",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o644))
	}
	m := &Module{Path: "example.com/m", Files: map[string][]byte{}}
	require.NoError(t, m.read(linkedPackage{root: root, dir: filepath.Join(root, "a", "b")}))
	assert.Equal(t, map[string][]byte{"LICENSE": own, "a/LICENCE.md": []byte("x"), "a/b/NOTICE": []byte("y")}, m.Files)
	assert.Equal(t, []string{"Apache-2.0"}, stated(m.Files))
	assert.Empty(t, stated(map[string][]byte{"LICENSE": []byte("All rights reserved.")}))

	var b strings.Builder
	require.NoError(t, Write(&b, []Module{*m}))
	assert.Contains(t, b.String(), "\nexample.com/m : a/b/NOTICE\n\ny\n")
}

func TestNoSuchProgram(t *testing.T) {
	_, err := Linked(t.TempDir())
	require.ErrorContains(t, err, "go list for linux: ")
}

func TestWriteBill(t *testing.T) {
	var b, again strings.Builder
	modules := []Module{{Path: "example.com/m", Version: "v1.2.3", Licences: []string{"ISC", "MIT"}}}
	require.NoError(t, WriteBill(&b, "1.0.0", modules))
	require.NoError(t, WriteBill(&again, "1.0.0", modules))
	assert.Equal(t, b.String(), again.String())
	var bill cyclonedx.BOM
	require.NoError(t, cyclonedx.NewBOMDecoder(strings.NewReader(b.String()), cyclonedx.BOMFileFormatJSON).Decode(&bill))
	assert.Equal(t, "1.0.0", bill.Metadata.Component.Version)
	require.Len(t, *bill.Components, 1)
	m := (*bill.Components)[0]
	assert.Equal(t, "pkg:golang/example.com/m@v1.2.3", m.PackageURL)
	assert.Equal(t, []string{m.BOMRef}, *(*bill.Dependencies)[0].Dependencies)
	require.Len(t, *m.Licenses, 2)
	assert.Equal(t, "MIT", (*m.Licenses)[1].License.ID)
}
