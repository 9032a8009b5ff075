package report

import (
	"fmt"
	"strings"
)

// summaryText is the outcome in one line.
func summaryText(r *Report) string {
	s := r.Summary
	if n := len(r.Charts); n > 0 && r.Failed() == n && len(r.Findings) == 0 {
		if n == 1 {
			return "the chart " + notLoaded
		}
		return fmt.Sprintf("none of %d charts could be loaded or rendered", n)
	}
	text := "no findings"
	if s.Error+s.Warning+s.Info > 0 {
		text = fmt.Sprintf("%s, %s, %s", count(s.Error, "error"), count(s.Warning, "warning"), count(s.Info, "info"))
	}
	if len(r.Charts) > 0 {
		text += " in " + count(len(r.Charts), "chart")
	}
	return strings.Join(append([]string{text}, besideFindings(r)...), "; ")
}

// scopeText is summaryText without what it says of open findings.
func scopeText(r *Report) string {
	return strings.Join(append([]string{count(len(r.Charts), "chart")}, besideFindings(r)...), "; ")
}

// besideFindings counts what is there beside open findings.
func besideFindings(r *Report) []string {
	fixed := 0
	for _, f := range r.Findings {
		if f.Fixed {
			fixed++
		}
	}
	var out []string
	for _, part := range []struct {
		n    int
		text string
	}{
		{fixed, "fixed"},
		{r.Summary.Ignored, "ignored"},
		{r.Summary.Baselined, "in the baseline"},
		{r.Failed(), notLoaded},
	} {
		if part.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", part.n, part.text))
		}
	}
	return out
}

const notLoaded = "could not be loaded or rendered"

func count(n int, what string) string {
	if n == 1 || what == "info" {
		return fmt.Sprintf("%d %s", n, what)
	}
	return fmt.Sprintf("%d %ss", n, what)
}
