package rules_test

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestUnmountedClaimTemplates(t *testing.T) {
	const set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  selector: {matchLabels: {app: db}}\n" +
		"  template:\n    metadata: {labels: {app: db}}\n    spec:\n      containers:\n      - name: db\n        image: db\nMOUNTS" +
		"  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]\n"
	const data, plugins = "        volumeMounts:\n        - {name: data, mountPath: /data}\n", "        volumeMounts:\n        - {name: plugins, mountPath: /plugins}\n"
	const volumes = "      volumes: [{name: plugins, emptyDir: {}}]\n"
	with := func(mounts string) string { return withWords(set, "MOUNTS", mounts) }
	check(t, rules.ClaimNotFound, []scenario{
		{name: "the mounts are written twice, and the first are lost", template: with(data + plugins + volumes), want: []string{"warning StatefulSet/db spec.volumeClaimTemplates[0]"}},
		{name: "mounted", template: with(data)},
		{name: "a block device", template: with("        volumeDevices: [{name: data, devicePath: /dev/xvda}]\n")},
		{name: "an init container alone", template: with(volumes + "      initContainers:\n      - name: init\n        image: db\n" + data)},
	})
}
