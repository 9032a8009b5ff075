package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const printed = `rules:
  claim-not-found: "off"  # f:3
  shared-name: "info"  # f:4
failOn: "warning"  # f:5
probe: true  # --probe
kubeVersion: "1.31"  # f:7
apiVersions: ["monitoring.coreos.com/v1"]  # f:8
helm: [4]  # f:9
values:
- {"name":"production","charts":"charts/db-*","files":["values/production.yaml","values/secrets.yaml"]}  # f:11
ignore:
- {"rule":"shared-name","kind":"Secret","name":"db-*","chart":"db","until":"2027-01-31","reason":"one release per namespace"}  # f:15
baseline: ".helm-stateful-baseline"  # f:21
fix: "safe, shared-name"  # f:22
retention: "delete"  # f:23
`

func TestPrint(t *testing.T) {
	defaults := Defaults{FailOn: "error", KubeVersion: "v1.37.0"}
	yes := true
	c := Flags{Probe: &yes}.over(parsed(t, whole), someRules)
	var b strings.Builder
	require.NoError(t, Print(&b, c.Settings(defaults)))
	assert.Equal(t, printed, b.String())
	again, err := Parse("g", []byte(b.String()), someRules)
	require.NoError(t, err, "what is printed can be read")
	assert.Equal(t, c.Ignore[0].Reason, again.Ignore[0].Reason)

	b.Reset()
	require.NoError(t, Print(&b, parsed(t, "").Settings(defaults)))
	assert.Equal(t, "failOn: \"error\"  # default\nprobe: false  # default\nkubeVersion: \"v1.37.0\"  # default\nhelm: [3,4]  # default\nfix: \"safe\"  # default\nretention: \"keep\"  # default\n", b.String())
}
