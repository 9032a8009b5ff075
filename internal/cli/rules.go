package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

func (c *Command) rules() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Example: `  helm stateful rules
  helm stateful rules --output json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			switch output {
			case "text":
				_, err := fmt.Fprint(c.Stdout, report.RuleList(rules.All(), readable(c.Stdout)))
				return err
			case "markdown":
				_, err := fmt.Fprint(c.Stdout, report.RuleTable(rules.All(), nil))
				return err
			case "json":
				return c.ruleJSON()
			}
			return fmt.Errorf("--output %s: the formats are text, json and markdown", output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "`format`: text, json or markdown")
	completeWith(cmd, "output", func() []string { return []string{"text", "json", "markdown"} })
	return cmd
}

// ruleInfo is a rule as rules --output json prints it.
type ruleInfo struct {
	Name           string          `json:"name"`
	Step           lint.Step       `json:"step"`
	Severity       lint.Severity   `json:"severity"`
	Title          string          `json:"title"`
	NeedsRehearsal bool            `json:"needsRehearsal"`
	Fix            string          `json:"fix,omitempty"`
	FixTitle       string          `json:"fixTitle,omitempty"`
	Symptoms       []lint.Symptom  `json:"symptoms"`
	Why            string          `json:"why"`
	Before         string          `json:"before"`
	After          string          `json:"after"`
	Remedy         string          `json:"remedy"`
	Blind          string          `json:"blind"`
	FixSafety      string          `json:"fixSafety,omitempty"`
	Incidents      []lint.Incident `json:"incidents"`
}

func (c *Command) ruleJSON() error {
	infos := []ruleInfo{}
	for _, r := range rules.All() {
		info := ruleInfo{
			Name: r.Name, Step: r.Step, Severity: r.Severity, Title: r.Title, NeedsRehearsal: r.NeedsRehearsal,
			Symptoms: r.Doc.Symptoms, Why: r.Doc.Why, Before: r.Doc.Before, After: r.Doc.After, Remedy: r.Doc.Remedy, Blind: r.Doc.Blind, FixSafety: r.Doc.FixSafety,
			Incidents: append([]lint.Incident{}, r.Doc.Incidents...),
		}
		if r.Fix != nil {
			info.Fix, info.FixTitle = r.Fix.Safety.String(), r.Fix.Offer()
		}
		infos = append(infos, info)
	}
	encoder := json.NewEncoder(c.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(infos)
}
