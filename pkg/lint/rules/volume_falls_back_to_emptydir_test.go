package rules_test

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestVolumeFallsBackToEmptyDir(t *testing.T) {
	claim := func(name string) string {
		return "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: " + name + "}\nspec: {accessModes: [ReadWriteMany]}\n---\n"
	}
	pod := func(image, mount, volume string) string {
		return "{containers: [{name: c, image: " + image + ", volumeMounts: [{name: data, mountPath: " + mount + "}]}], volumes: [{name: data, " + volume + "}]}"
	}
	deployment := func(name, spec string) string {
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + "}\nspec: {template: {spec: " + spec + "}}\n---\n"
	}
	cronjob := func(name, spec string) string {
		return "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: " + name + "}\nspec: {jobTemplate: {spec: {template: {spec: " + spec + "}}}}\n---\n"
	}
	const empty, own = "emptyDir: {}", "persistentVolumeClaim: {claimName: shop-data}"
	web := deployment("web", pod("shop:1", "/data", own))
	check(t, rules.VolumeFallsBackToEmptyDir, []scenario{
		{name: "the claim is made and not mounted", template: claim("shop-data") + deployment("shop", pod("shop", "/data", empty)), want: []string{"error Deployment/shop spec.template.spec.volumes[0].emptyDir"}},
		{name: "it has the workload's own name", template: claim("shop") + deployment("shop", pod("shop", "/data", empty)), want: []string{"error Deployment/shop spec.template.spec.volumes[0].emptyDir"}},
		{name: "emptyDir without a word is one too", template: claim("shop") + deployment("shop", pod("shop", "/data", "emptyDir: null")), want: []string{"error Deployment/shop spec.template.spec.volumes[0].emptyDir"}},
		{
			name:     "a worker does without",
			template: claim("shop-data") + web + deployment("worker", pod("shop:2", "/data", empty)) + deployment("cron", pod("shop", "/data", empty)),
			want:     []string{"warning Deployment/worker spec.template.spec.volumes[0].emptyDir"},
		},
		{
			name:     "a clean-up cleans nothing",
			template: claim("shop-data") + web + cronjob("clean", pod("shop", "/data", empty)),
			want:     []string{"warning CronJob/clean spec.jobTemplate.spec.template.spec.volumes[0].emptyDir"},
		},
		{name: "a Job's own folder", template: claim("shop-data") + "apiVersion: batch/v1\nkind: Job\nmetadata: {name: shop}\nspec: {template: {spec: " + pod("shop", "/data", empty) + "}}\n"},
		{name: "mounted", template: claim("shop-data") + web},
		{name: "the name of something else", template: claim("archive") + deployment("shop", pod("shop", "/data", empty))},
		{name: "for pods that a program makes", template: claim("shop-data") + deployment("shop", pod("shop", "/data", empty)) + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {pods: \"claim: shop-data\"}\n"},
		{name: "for an operator", template: claim("shop-data") + deployment("shop", pod("shop", "/data", empty)) + "apiVersion: example.com/v1\nkind: Shop\nmetadata: {name: c}\n"},
		{name: "another image", template: claim("shop-data") + web + deployment("cache", pod("cache", "/data", empty))},
		{name: "another path", template: claim("shop-data") + web + deployment("worker", pod("shop", "/tmp", empty))},
		{name: "a Job needs the folder alone", template: claim("shop-data") + web + "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\nspec: {template: {spec: " + pod("shop", "/data", empty) + "}}\n"},
		{
			name: "pods with a claim each",
			template: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  template: {spec: {containers: [{name: c, image: shop, volumeMounts: [{name: data, mountPath: /data}]}]}}\n" +
				"  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]\n---\n" + deployment("worker", pod("shop", "/data", empty)),
		},
	})
}
