package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra/doc"

	"github.com/helm-stateful/helm-stateful/internal/cli"
)

// writeManual writes the manual pages, for those who pack a release. The program
// itself does not: what reads their Markdown compiles its patterns whenever the
// program starts.
func writeManual(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	root := cli.Tree()
	root.DisableAutoGenTag = true // the same input gives the same bytes
	header := &doc.GenManHeader{Section: "1", Source: "helm-stateful " + root.Version, Manual: "helm-stateful", Date: &time.Time{}}
	if err := doc.GenManTree(root, header, folder); err != nil {
		return fmt.Errorf("manual pages: %w", err)
	}
	return nil
}
