package report

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWrapMarkdown(t *testing.T) {
	const text = "# a heading that is long\n\n| a | table | that is long |\n\na paragraph of several words\n\n```yaml\n# code that stays as it is\n```\n\n- an item of several words\n"
	assert.Equal(t, text, WrapMarkdown(text, 0))
	assert.Equal(t, text, WrapMarkdown(text, 80))
	assert.Equal(t, "# a heading that is long\n\n| a | table | that is long |\n\na paragraph\nof several\nwords\n\n```yaml\n# code that stays as it is\n```\n\n- an item of\n  several\n  words\n", WrapMarkdown(text, 12))
	assert.Equal(t, "- a/b#1: it\n  struck\n", WrapMarkdown("- [a/b#1](https://github.com/a/b/issues/1): it struck\n", 12))
}

func TestSummaryOfWhatFailed(t *testing.T) {
	failed := Chart{Path: "a", Error: "no"}
	for want, charts := range map[string][]Chart{
		"the chart could not be loaded or rendered":                  {failed},
		"none of 2 charts could be loaded or rendered":               {failed, failed},
		"no findings in 2 charts; 1 could not be loaded or rendered": {failed, {Path: "b"}},
		"no findings in 1 chart":                                     {{Path: "b"}},
	} {
		assert.Equal(t, want, summaryText(New(charts, nil)))
	}
}
