package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// GitLab is the code quality report that GitLab shows in merge requests
// (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).
// It holds open findings and charts that failed.
type GitLab struct {
	// Dir is the working directory, to which paths below it are made relative.
	Dir string
}

type (
	gitlabIssue struct {
		Description string         `json:"description"`
		CheckName   string         `json:"check_name"`
		Fingerprint string         `json:"fingerprint"`
		Severity    string         `json:"severity"`
		Location    gitlabLocation `json:"location"`
	}
	gitlabLocation struct {
		Path  string      `json:"path"`
		Lines gitlabLines `json:"lines"`
	}
	gitlabLines struct {
		Begin int `json:"begin"`
	}
)

// Write implements Format.
func (g GitLab) Write(w io.Writer, r *Report) error {
	r = r.printable()
	issues := []gitlabIssue{}
	for _, c := range r.Charts {
		if c.Error == "" {
			continue
		}
		at := place{Path: chartPath(c.Path, g.Dir)}
		issues = append(issues, at.gitlab("chart-failed", "blocker", oneLine(c.Error), "failed"))
	}
	seen := map[string]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if !f.Open() {
			continue
		}
		at := placeOf(f, g.Dir)
		if at.Path == "" {
			at.Path = "manifests" // GitLab drops what has no path
		}
		key := f.ChartPath + "\x00" + f.Fingerprint // GitLab drops all but one of equal fingerprints
		seen[key]++
		issues = append(issues, at.gitlab(f.Rule, gitlabSeverity(f.Severity), sentence(f), fmt.Sprintf("%s %d", f.Fingerprint, seen[key])))
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(issues); err != nil {
		return fmt.Errorf("write GitLab report: %w", err)
	}
	return nil
}

// gitlab is an issue at a place; key tells it from others in that file.
func (p place) gitlab(check, severity, text, key string) gitlabIssue {
	sum := sha256.Sum256([]byte(p.Path + "\x00" + check + "\x00" + key))
	return gitlabIssue{
		Description: text,
		CheckName:   check,
		Fingerprint: hex.EncodeToString(sum[:16]),
		Severity:    severity,
		Location:    gitlabLocation{Path: p.Path, Lines: gitlabLines{Begin: max(p.Line, 1)}},
	}
}

func gitlabSeverity(s lint.Severity) string {
	switch s {
	case lint.Error:
		return "critical"
	case lint.Warning:
		return "major"
	default:
		return "info"
	}
}
