package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMarkdownKeepsToItsLimit(t *testing.T) {
	r := many(200)
	r.Plans = everything().Plans
	for _, limit := range []int{500, 3000, 20000} {
		got := written(t, Markdown{Limit: limit}, r)
		assert.LessOrEqual(t, len(got), limit)
		assert.Regexp(t, `\n\d+ findings not shown here: there is no room for more`, got)
		assert.Contains(t, got, "1 table not shown here")
	}
	got := written(t, Markdown{}, r)
	assert.LessOrEqual(t, len(got), githubComment)
	got = written(t, Markdown{Limit: 1 << 20}, r)
	assert.Equal(t, 600, strings.Count(got, "of many"))
	assert.NotContains(t, got, "not shown")
	assert.Contains(t, got, "<details><summary>What becomes of the state of")
}

func TestProse(t *testing.T) {
	for text, want := range map[string]string{
		"run `kubectl delete *` first": "run `kubectl delete *` first",
		"a lone ` *b*":                 "a lone \\` \\*b\\*",
		"schedule @daily":              "schedule @\u200bdaily",
		"<b>&amp;":                     `\<b\>&amp;amp;`,
		"[a](b) | c":                   `\[a\]\(b\) \| c`,
	} {
		assert.Equal(t, want, prose(text))
	}
}

func TestCode(t *testing.T) {
	for text, want := range map[string]string{
		"":            "",
		"a b":         "`a b`",
		"a\nb":        "`a b`",
		"a`b":         "``a`b``",
		"`a``b":       "``` `a``b ```",
		"</code><b>x": "`</code><b>x`",
	} {
		assert.Equal(t, want, code(text))
	}
}
