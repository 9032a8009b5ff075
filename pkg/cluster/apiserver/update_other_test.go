package apiserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUpdateService(t *testing.T) {
	t.Parallel()
	const balanced = `spec: {clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7], healthCheckNodePort: 31000, ports: [{name: http, port: 80, nodePort: 30080}]}`
	const dual = `spec: {clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7, "fd00::7"], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack}`
	const once = "may not change once set"
	runChanges(t, []change{
		{"again", "service", allocated, `{}`, "", nil},
		{"address left out", "service", allocated, `spec: {clusterIP: null, clusterIPs: null, ipFamilies: null, ipFamilyPolicy: null}`, "", nil},
		{"address emptied", "service", allocated, `spec: {clusterIP: "", clusterIPs: null}`, "", nil},
		{"address changed", "service", allocated, `spec: {clusterIP: 10.96.0.8}`, once, []string{"spec.clusterIPs[0]"}},
		{"address to headless", "service", allocated, `spec: {clusterIP: None}`, `spec.clusterIPs[0]: Invalid value: ["None"]: ` + once, []string{"spec.clusterIPs[0]"}},
		{"headless to an address", "headless service", "", `spec: {clusterIP: 10.96.0.8}`, once, []string{"spec.clusterIPs[0]"}},
		{"headless left out", "headless service", "", `spec: {clusterIP: null, clusterIPs: null}`, "", nil},
		{"headless to load balancer", "headless service", "", `spec: {clusterIP: null, clusterIPs: null, type: LoadBalancer}`,
			"may not be set to 'None' for LoadBalancer services", nil},
		{"headless to node port", "headless service", "", `spec: {type: NodePort}`, "may not be set to 'None' for NodePort services", nil},
		{"to load balancer", "service", allocated, `spec: {type: LoadBalancer}`, "", nil},
		{"to node port", "service", allocated, `spec: {type: NodePort}`, "", nil},
		{"to external name", "service", allocated, `spec: {type: ExternalName, externalName: example.com}`, "", nil},
		{"to external name with another address", "service", allocated, `spec: {type: ExternalName, externalName: example.com, clusterIP: 10.96.0.8}`,
			"may not be set for ExternalName services", nil},
		{"from external name", "service", `spec: {type: ExternalName, externalName: example.com, clusterIP: null, ipFamilies: null, ipFamilyPolicy: null}`,
			`spec: {type: ClusterIP, externalName: null}`, "", nil},
		{"family changed", "service", allocated, `spec: {ipFamilies: [IPv6]}`, "expected an IPv6 value", nil},
		{"second family dropped", "service", dual, `spec: {ipFamilies: [IPv4], clusterIPs: [10.96.0.7]}`, "must be 'SingleStack' to release the secondary", nil},
		{"second family released", "service", dual, `spec: {ipFamilyPolicy: SingleStack}`, "", nil},
		{"second address changed", "service", dual, `spec: {clusterIPs: [10.96.0.7, "fd00::8"]}`, once, []string{"spec.clusterIPs[1]"}},
		{"second family wanted", "service", allocated, `spec: {ipFamilyPolicy: PreferDualStack}`, "", nil},
		{"node port left out", "load balancer", balanced, `spec: {ports: [{name: http, port: 8080}]}`, "", nil},
		{"health check port", "load balancer", balanced, `spec: {healthCheckNodePort: 31001}`, "spec.healthCheckNodePort: Forbidden: field is immutable",
			[]string{"spec.healthCheckNodePort"}},
		{"health check port left out", "load balancer", balanced, `spec: {healthCheckNodePort: null}`, "", nil},
		{"load balancer class", "load balancer", balanced, `spec: {loadBalancerClass: example.com/lb}`, once, []string{"spec.loadBalancerClass"}},
		{"back to cluster address", "load balancer", balanced, `spec: {type: ClusterIP}`, "", nil},
		{"ports and selector", "service", allocated, `spec: {ports: [{name: http, port: 81}, {name: https, port: 443}], selector: {app: other}}`, "", nil},
	})
}

func TestUpdateServicePatchesAllocatedValuesBack(t *testing.T) {
	t.Parallel()
	out, v := change{base: "load balancer", live: `
spec: {clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7], healthCheckNodePort: 31000, ports: [{name: http, port: 80, nodePort: 30080}]}`,
		change: `spec: {clusterIP: null, clusterIPs: null, healthCheckNodePort: null, ipFamilies: null, ipFamilyPolicy: null, ports: [{name: http, port: 8080}]}`}.judge(t)
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

	out, v = change{base: "headless service", change: `spec: {clusterIP: null, clusterIPs: null}`}.judge(t)
	require.False(t, v.Refused, v.Message)
	assert.Equal(t, "None", out["spec"].(map[string]any)["clusterIP"], "dropping None does nothing")
}

func TestUpdateOthers(t *testing.T) {
	t.Parallel()
	const frozen = "field is immutable"
	runChanges(t, []change{
		{"provisioner", "storageclass", "", `provisioner: other.example.com`, "provisioner: Invalid value: null: " + frozen, []string{"provisioner"}},
		{"parameters", "storageclass", "", `parameters: {type: hdd}`, "parameters: Invalid value: null: " + frozen, []string{"parameters"}},
		{"reclaim policy", "storageclass", "", `reclaimPolicy: Retain`, "reclaimPolicy: Invalid value: null: " + frozen, []string{"reclaimPolicy"}},
		{"reclaim policy dropped is its default", "storageclass", "", `reclaimPolicy: null`, "", nil},
		{"binding mode", "storageclass", "", `volumeBindingMode: WaitForFirstConsumer`, "volumeBindingMode: Invalid value: null: " + frozen, []string{"volumeBindingMode"}},
		{"expansion", "storageclass", "", `{allowVolumeExpansion: true, mountOptions: [ro]}`, "", nil},
		{"driver", "attributesclass", "", `driverName: other.example.com`, "driverName: Forbidden: updates to driverName are forbidden.", []string{"driverName"}},
		{"parameters", "attributesclass", "", `parameters: {iops: "200"}`, "parameters: Forbidden: updates to parameters are forbidden.", []string{"parameters"}},
		{"attach required", "csidriver", "", `spec: {attachRequired: false}`, "spec.attachedRequired: Invalid value: false: " + frozen, []string{"spec.attachedRequired"}},
		{"life cycle modes", "csidriver", "", `spec: {volumeLifecycleModes: [Ephemeral]}`, frozen, []string{"spec.volumeLifecycleModes"}},
		{"pod info", "csidriver", "", `spec: {podInfoOnMount: true}`, "", nil},
		{"topology", "csicapacity", "", `nodeTopology: {matchLabels: {zone: b}}`, frozen, []string{"nodeTopology"}},
		{"class", "csicapacity", "", `storageClassName: slow`, frozen, []string{"storageClassName"}},
		{"capacity", "csicapacity", "", `capacity: 2Gi`, "", nil},
		{"spec", "attachment", "", `spec: {nodeName: node-2}`, "spec: Invalid value: null: " + frozen, []string{"spec"}},
		{"role", "rolebinding", "", `roleRef: {name: writer}`, frozen, []string{"roleRef"}},
		{"group of the role dropped is its default", "rolebinding", "", `roleRef: {apiGroup: null}`, "", nil},
		{"subjects", "rolebinding", "", `subjects: [{kind: ServiceAccount, name: other, namespace: demo}]`, "", nil},
		{"role", "clusterrolebinding", "", `roleRef: {name: writer}`, frozen, []string{"roleRef"}},
		{"controller", "ingressclass", "", `spec: {controller: example.com/other}`, "spec.controller: Invalid value: \"example.com/other\": " + frozen, []string{"spec.controller"}},
		{"parameters", "ingressclass", "", `spec: {parameters: {kind: K, name: p, scope: Cluster}}`, "", nil},
		{"class", "ingress", "", `spec: {ingressClassName: nginx}`, "", nil},
		{"selector", "networkpolicy", "", `spec: {podSelector: {matchLabels: {app: other}}}`, "", nil},
		{"parent", "ipaddress", "", `spec: {parentRef: {name: other}}`, frozen, []string{"spec.parentRef"}},
		{"second range", "servicecidr", "", `spec: {cidrs: [10.97.0.0/16, "fd00::/112"]}`, "", nil},
		{"range", "servicecidr", "", `spec: {cidrs: [10.98.0.0/16]}`, frozen, []string{"spec.cidrs[0]"}},
		{"selector", "budget", "", `spec: {minAvailable: null, maxUnavailable: 1, selector: {matchLabels: {app: other}}}`, "", nil},
		{"target", "autoscaler", "", `spec: {maxReplicas: 5, scaleTargetRef: {name: other}}`, "", nil},
		{"no replicas", "autoscaler", "", `spec: {maxReplicas: 0}`, "spec.maxReplicas: Invalid value: 0", nil},
		{"value", "priorityclass", "", `value: 2000`, "value: Forbidden: may not be changed in an update.", []string{"value"}},
		{"preemption", "priorityclass", "", `preemptionPolicy: Never`, frozen, []string{"preemptionPolicy"}},
		{"preemption dropped is its default", "priorityclass", "", `{preemptionPolicy: null, description: text}`, "", nil},
		{"handler", "runtimeclass", "", `handler: kata`, "handler: Invalid value: null: " + frozen, []string{"handler"}},
		{"scheduling", "runtimeclass", "", `scheduling: {nodeSelector: {a: b}}`, "", nil},
		{"address type", "endpointslice", "", `{addressType: IPv6, endpoints: [{addresses: ["fd00::1"]}]}`, "addressType: Invalid value: null: " + frozen, nil},
		{"endpoints", "endpointslice", "", `endpoints: [{addresses: [10.1.2.4]}]`, "", nil},
		{"holder", "lease", "", `spec: {holderIdentity: b}`, "", nil},
	})
}
