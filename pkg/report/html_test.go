package report

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

func TestHTMLNeedsNothingButItself(t *testing.T) {
	got := written(t, HTML{Rules: someRules}, everything())
	assert.NotContains(t, got, "<script")
	assert.NotContains(t, got, "<link")
	assert.NotContains(t, got, "src=")
	assert.NotContains(t, got, "url(")
	assert.NotContains(t, got, "@import")
	assert.NotContains(t, got, "ZgotmplZ", "html/template found something unsafe")
	for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		assert.True(t, strings.HasPrefix(link[1], "#c") || strings.HasPrefix(link[1], Homepage+"/"), link[1])
	}
	assert.Contains(t, got, "prefers-color-scheme: dark")
	assert.Contains(t, got, "&lt;script&gt;alert")
}

func TestHTMLLinksLeadSomewhere(t *testing.T) {
	got := written(t, HTML{Rules: someRules}, everything())
	links := regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(got, -1)
	require.NotEmpty(t, links)
	for _, link := range links {
		assert.Equal(t, 1, strings.Count(got, `id="`+link[1]+`"`), link[1])
	}
}

func TestTimeline(t *testing.T) {
	r := everything()
	findings := byChart(r.Findings)["charts/e f"]
	shown := []htmlFinding{{ID: "a"}, {ID: "b"}}
	got := newTimeline(&r.Plans[0], findings, shown)
	assert.Equal(t, []string{"install", "run", "upgrade", "upgrade to the next version", "rollback", "uninstall", "reinstall"}, got.Steps)
	assert.Empty(t, got.Apart)
	require.Len(t, got.Lanes, 3)
	life := func(l lane) string {
		var out []string
		for _, m := range l.Cells {
			out = append(out, m.Before+"-"+m.Look+"-"+m.After)
		}
		return strings.Join(out, " ")
	}
	assert.Equal(t, "none-created-alive alive--alive alive-unchanged-alive alive-changed-alive alive-refused-alive alive-stray-stray stray-created-alive", life(got.Lanes[0]))
	assert.Equal(t, "none-refused-none none--none none-anew-alive alive--alive alive-deleted-none none--none none-created-alive", life(got.Lanes[1]))
	assert.Equal(t, []htmlFinding{{ID: "a"}}, got.Lanes[0].Cells[4].Marks, "it bites at the rollback")
	assert.Equal(t, []htmlFinding{{ID: "b"}}, got.Lanes[2].Cells[1].Marks, "and this one in between, at another object")
	assert.Equal(t, 1, got.Lanes[0].Cells[4].Note)
	assert.Len(t, got.Notes, 2)

	assert.Nil(t, newTimeline(nil, nil, nil))
	sibling := &lint.Finding{Step: lint.StepSibling}
	assert.Equal(t, []string{"sibling"}, newTimeline(nil, []*lint.Finding{sibling}, shown).Apart)
}

func TestBites(t *testing.T) {
	for want, f := range map[string]lint.Finding{
		"upgrade":                     {Step: lint.StepInstall, Breaks: []string{"upgrade (Helm 3 and 4)"}},
		"rollback,upgrade":            {Breaks: []string{"rollback (Helm 3)", "upgrade", "rollback (Helm 4)"}},
		"upgrade to the next version": {Step: lint.StepUpgrade, Breaks: []string{"upgrade to the next version (Helm 3 and 4)"}},
		"sibling":                     {Step: lint.StepSibling, Breaks: []string{"install of a second release (Helm 3 and 4)"}},
		"run":                         {Step: lint.StepRun, Breaks: []string{"pods never start"}},
		"":                            {},
	} {
		assert.Equal(t, want, strings.Join(bites(&f), ","))
	}
}
