package cluster

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func TestOtherMinors(t *testing.T) {
	tests := map[string]struct {
		before, after string
		refused       bool
		want          string
	}{
		"frozen until 1.32":        {statefulSet("", "a: b"), statefulSet("  revisionHistoryLimit: 3\n", "a: b"), false, "1.32 and older refuse it"},
		"frozen, in other words":   {statefulSet("", "a: b"), statefulSet("", "a: c"), true, "1.36 and older say: spec: Forbidden"},
		"the same everywhere":      {statefulSet("", "a: b"), statefulSet("  replicas: 3\n", "a: b"), false, ""},
		"a Job that never started": {jobWith("one") + "  suspend: true\n", jobWith("two") + "  suspend: true\n", false, "1.35 and older take less of it"},
		"a claim that grows":       {claimHead, strings.Replace(claimHead, "8Gi", "9Gi", 1), false, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := New()
			fields := func(text string) map[string]any {
				stream, err := manifest.Parse([]byte(text))
				require.NoError(t, err)
				return stream.Objects()[0].Fields
			}
			require.False(t, c.Create(lifecycle.ClientSide, fields(test.before)).Refused)
			c.Settle()
			_, v := c.Update(lifecycle.ClientSide, fields(test.before), fields(test.after))
			assert.Equal(t, test.refused, v.Refused, v.Message)
			if test.want == "" {
				assert.Empty(t, v.Elsewhere)
			} else {
				assert.Contains(t, v.Elsewhere, test.want)
			}
		})
	}
}
