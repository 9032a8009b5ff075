package apiserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUpdateServicePatchesAllocatedValuesBack(t *testing.T) {
	t.Parallel()
	out, v := change{Base: "load balancer", Live: `
spec: {clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7], healthCheckNodePort: 31000, ports: [{name: http, port: 80, nodePort: 30080}]}`,
		Change: `spec: {clusterIP: null, clusterIPs: null, healthCheckNodePort: null, ipFamilies: null, ipFamilyPolicy: null, ports: [{name: http, port: 8080}]}`}.judge(t)
	require.False(t, v.Refused, v.Message)
	spec := out["spec"].(map[string]any)
	assert.Equal(t, "10.96.0.7", spec["clusterIP"])
	assert.Equal(t, []any{"10.96.0.7"}, spec["clusterIPs"])
	assert.Equal(t, []any{"IPv4"}, spec["ipFamilies"])
	assert.Equal(t, "SingleStack", spec["ipFamilyPolicy"])
	assert.Equal(t, int64(31000), spec["healthCheckNodePort"])
	port := spec["ports"].([]any)[0].(map[string]any)
	assert.Equal(t, int64(30080), port["nodePort"])
	assert.Equal(t, int64(8080), port["port"])

	out, v = change{Base: "headless service", Change: `spec: {clusterIP: null, clusterIPs: null}`}.judge(t)
	require.False(t, v.Refused, v.Message)
	assert.Equal(t, "None", out["spec"].(map[string]any)["clusterIP"], "dropping None does nothing")
}
