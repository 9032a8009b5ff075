package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/config"
	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

func (c *Command) postRender() *cobra.Command {
	var (
		chosen     ruleFlags
		fail       failOn
		reportFile string
		settings   configFlag
	)
	cmd := &cobra.Command{
		Use:   "post-render",
		Short: "Mend manifests on their way from Helm to the cluster (stdin to stdout)",
		Long: `Post-render reads the manifests that Helm has rendered and writes them back with
the safe fixes applied; where there is nothing to fix, byte for byte. Helm runs
it for you: see the examples. It is also what the bare program does.

Helm does not show what a post-renderer prints. Name a file by --report, or in
HELM_STATEFUL_REPORT, to get the findings; its name tells the format (.json, .sarif,
.xml, .md, .html), or FORMAT=FILE does.

Rules that are off, severities, ignores, fix and retention come from the .helm-stateful.yaml
that is nearest upward from the folder that helm runs in, wherever the chart lies.

On any doubt nothing is written and the exit code is not 0, so that Helm stops.`,
		Example: `  helm upgrade db ./chart --post-renderer helm-stateful
  helm install db ./chart --post-renderer helm-stateful --post-renderer-args --fail-on=error
  helm template db ./chart | helm stateful post-render --report findings.txt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			source, err := settings.source(configured(cmd))
			if err != nil {
				return err
			}
			var notes []report.Note
			options, err := fixOptions(source, chosen, &notes)
			if err != nil {
				return err
			}
			if reportFile == "" {
				reportFile = c.Getenv("HELM_STATEFUL_REPORT")
			}
			in, err := io.ReadAll(c.Stdin)
			if err != nil {
				return &exitError{exitChart, fmt.Errorf("read manifests from standard input: %w", err)}
			}
			c.working("manifests on standard input")
			out, findings, err := fix.PostRender(in, options)
			if lacked(options.Cluster) {
				return c.handBack(cmd.Context(), bytes.NewReader(in))
			}
			if err != nil {
				return &exitError{exitChart, err}
			}
			result := report.New(nil, findings)
			result.Notes = notes
			if err := c.writeReport(reportFile, result); err != nil {
				return err
			}
			if fail.reached(findings) {
				return c.refuse(result, fail, reportFile)
			}
			if _, err := c.Stdout.Write(out); err != nil {
				return &exitError{exitChart, fmt.Errorf("write manifests to standard output: %w", err)}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.String("fix", "", "fixes to apply: safe, all, none or `rules` by name (default safe)")
	flags.String("retention", "", "what fixes state for data at uninstall: `keep|delete` (default keep)")
	flags.StringVar(&reportFile, "report", "", "write the findings to a `file` (default $HELM_STATEFUL_REPORT)")
	chosen.register(cmd)
	fail.register(cmd)
	settings.registerHere(cmd)
	completeWith(cmd, "fix", func() []string { return append([]string{"safe", "all", "none"}, ruleNames()...) })
	completeWith(cmd, "retention", func() []string { return []string{"keep", "delete"} })
	return cmd
}

// fixOptions are what flags, and the configuration of the folder that the
// program runs in, say of fixes. The chart that manifests come from may lie
// anywhere; what it was named by does not reach a post-renderer.
// What is wrong with ignores is added to notes.
func fixOptions(source *config.Source, chosen ruleFlags, notes *[]report.Note) (o fix.Options, err error) {
	if o.Rules, err = chosen.rules(); err != nil {
		return o, err
	}
	found, err := source.For(".")
	if err != nil {
		return o, err
	}
	o.Rules = slices.DeleteFunc(o.Rules, func(r *lint.Rule) bool { return found.RuleOff(r.Name) })
	place := func(key string) string {
		if strings.HasPrefix(found.Place(key), "--") {
			return "--" + key
		}
		return found.Place(key) + ": " + key
	}
	if o.Select, err = fix.ParseSelection(cmp.Or(string(found.Fix), "safe"), rules.All()); err != nil {
		return o, fmt.Errorf("%s: %w", place("fix"), err)
	}
	o.Retention = cmp.Or(lint.Retention(found.Retention), lint.RetentionKeep)
	if o.Retention != lint.RetentionKeep && o.Retention != lint.RetentionDelete {
		return o, fmt.Errorf("%s %s: must be keep or delete", place("retention"), o.Retention)
	}
	o.Cluster = newCluster()
	o.Settle = func(findings []lint.Finding, objects []*manifest.Object) []lint.Finding {
		findings, remarks := found.Settle(findings, objects, o.Rules, ruleNames(), time.Now())
		for _, r := range remarks {
			*notes = append(*notes, report.Note(r))
		}
		return findings
	}
	return o, nil
}

// refuse ends a post-render that found too much. Helm 3 shows what is printed
// here, Helm 4 does not.
func (c *Command) refuse(result *report.Report, fail failOn, reportFile string) error {
	if err := c.text(c.Stderr).Write(c.Stderr, result); err != nil {
		return &exitError{exitFindings, err}
	}
	message := fmt.Sprintf("findings at or above --fail-on %s: nothing is passed on", fail.String())
	if reportFile != "" {
		message += "; the report is in " + reportFile
	}
	return &exitError{exitFindings, errors.New(message)}
}

// writeReport writes a report to a file, in the format that its name asks
// for.
func (c *Command) writeReport(name string, result *report.Report) error {
	if name == "" {
		return nil
	}
	to := reportSink(name)
	if err := c.writeReports([]sink{to}, result, failOn{at: lint.Error}); err != nil {
		return &exitError{exitUsage, fmt.Errorf("--report: %w", err)}
	}
	return nil
}
