package report

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGitLab(t *testing.T) {
	r := everything()
	r.Findings = append(r.Findings, r.Findings[5]) // a finding twice over is two issues
	var issues []gitlabIssue
	require.NoError(t, json.Unmarshal([]byte(written(t, GitLab{Dir: "/home/me"}, r)), &issues))
	assert.Len(t, issues, 2+7, "charts that failed, and findings that are open")
	known := map[string]bool{}
	for _, i := range issues {
		assert.False(t, known[i.Fingerprint], "GitLab drops the second of %s", i.Description)
		known[i.Fingerprint] = true
		assert.NotEmpty(t, i.Location.Path)
		assert.Positive(t, i.Location.Lines.Begin)
		assert.Contains(t, []string{"info", "major", "critical", "blocker"}, i.Severity)
	}
	assert.JSONEq(t, "[]", written(t, GitLab{}, New(nil, nil)))
}

func TestGitLabFingerprintsDoNotKnowLines(t *testing.T) {
	fingerprint := func(line int) string {
		r := everything()
		r.Findings[5].Template.Line = line
		var issues []gitlabIssue
		require.NoError(t, json.Unmarshal([]byte(written(t, GitLab{}, r)), &issues))
		return issues[4].Fingerprint
	}
	assert.Equal(t, fingerprint(28), fingerprint(99))
}
