package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestExistingClaimIgnored(t *testing.T) {
	pod := func(claim string) string {
		return "    metadata: {labels: {app: a}}\n    spec:\n      containers: [{name: a, image: a, volumeMounts: [{name: data, mountPath: /data}]}]\n      volumes: [{name: data, persistentVolumeClaim: {claimName: " + claim + "}}]\n"
	}
	set := func(templates string) string {
		return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  selector: {matchLabels: {app: a}}\n" + templates + "  template:\n"
	}
	const templates = "  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: \"{{ .Values.persistence.size }}\"}}}}]\n"
	const claim = "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: \"{{ .Values.persistence.size }}\"}}}\n"
	on, off := "persistence: {enabled: true, size: 8Gi, existingClaim: \"\"}\n", "persistence: {enabled: false, size: 8Gi, existingClaim: \"\"}\n"
	gate := func(condition, text string) string { return "{{- if " + condition + " }}\n" + text + "{{- end }}\n" }
	logOff := "log: {dir: \"\", existingClaim: \"\", size: 1Gi}\n"
	logs := func(mounts string) string {
		return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec:\n" +
			"      containers: [{name: a, image: a, volumeMounts: [" + mounts + "]}]\n" +
			"      {{- with .Values.log.existingClaim }}\n      volumes: [{name: log, persistentVolumeClaim: {claimName: {{ . }}}}]\n      {{- end }}\n" +
			"  {{- if and .Values.log.dir (not .Values.log.existingClaim) }}\n  volumeClaimTemplates: [{metadata: {name: log}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: \"{{ .Values.log.size }}\"}}}}]\n  {{- end }}\n"
	}
	tests := []struct {
		name, template, values string
		want                   string // the object, or nothing
	}{
		{"the claim template takes its place", set(templates) + pod("{{ .Values.persistence.existingClaim | default \"data\" }}"), on, "StatefulSet/db"},
		{"the template forgets it", set(templates) + pod("other"), on, "StatefulSet/db"},
		{"only with persistence on", set(gate(".Values.persistence.enabled", templates)) + pod("other"), off, "StatefulSet/db"},
		{"the claim is made and mounted all the same", set("") + pod("data") + claim, on, "PersistentVolumeClaim/data"},
		{"it is mounted", set("") + pod("{{ .Values.persistence.existingClaim | default \"data\" }}") + gate("not .Values.persistence.existingClaim", claim), on, ""},
		{"the claim template has made room, for nothing", set(gate("not .Values.persistence.existingClaim", templates)) + pod("other"), on, ""},
		{"a volume that no container mounts", set(gate("not .Values.persistence.existingClaim", templates)) + strings.Replace(pod("{{ .Values.persistence.existingClaim | default \"x\" }}"), "volumeMounts: [{name: data", "volumeMounts: [{name: other", 1), on, "StatefulSet/db"},
		{"a volume that a container has as a device", set("") + strings.Replace(pod("{{ .Values.persistence.existingClaim | default \"x\" }}"), "volumeMounts: [{name: data, mountPath: /data}]", "volumeDevices: [{name: data, devicePath: /dev/xvda}]", 1), on, ""},
		{"the pods are off", gate(".Values.never", set("")+pod("{{ .Values.persistence.existingClaim | default \"data\" }}")) + claim, on + "never: false\n", ""},
		{"the part of the chart is off", gate(".Values.never", set(templates)+pod("other")) + "\n", on + "never: false\n", ""},
		{"a part of the chart that has no volume of its own", logs("{{ with .Values.log.dir }}{name: log, mountPath: {{ . }}}{{ end }}"), logOff, ""},
		{"a part that has one", logs(""), strings.Replace(logOff, `dir: ""`, "dir: /log", 1), "StatefulSet/db"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			findings := probed(t, rules.ExistingClaimIgnored, test.template, test.values)
			if test.want == "" {
				assert.Empty(t, findings)
				return
			}
			require.Len(t, findings, 1)
			assert.Equal(t, test.want, findings[0].Object.String())
			assert.Contains(t, findings[0].Case, ".existingClaim=claim-of-yours-1")
			assert.Equal(t, lint.Error, findings[0].Severity)
		})
	}
}

// TestExistingClaimForManyPods: one claim cannot take the place of many.
func TestExistingClaimForManyPods(t *testing.T) {
	const set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: a}}\n" +
		"  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: a, image: a, volumeMounts: [{name: data, mountPath: /data}]}]}\n" +
		"  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: \"{{ .Values.persistence.size }}\"}}}}]\n"
	for replicas, want := range map[string]lint.Severity{"1": lint.Error, "3": lint.Warning} {
		findings := probed(t, rules.ExistingClaimIgnored, set, "replicas: "+replicas+"\npersistence: {size: 8Gi, existingClaim: \"\"}\n")
		require.Len(t, findings, 1)
		assert.Equal(t, want, findings[0].Severity)
	}
}
