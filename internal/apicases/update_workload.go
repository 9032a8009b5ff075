package apicases

func statefulSetUpdates() []Update {
	template := func(metadata, spec string) string {
		return `spec: {volumeClaimTemplates: [{metadata: ` + metadata + `, spec: ` + spec + `}]}`
	}
	const spec = `{accessModes: [ReadWriteOnce], resources: {requests: {storage: 8Gi}}}`
	const metadata = `{name: data, labels: {version: "1"}}`
	return []Update{
		{"again", "statefulset", "", `{}`, "", nil},
		{"selector", "statefulset", "", `spec: {selector: {matchLabels: {tier: back}}}`, "field is immutable", []string{"spec.selector"}},
		{"label in a claim template", "statefulset", "", template(`{name: data, labels: {version: "2"}}`, spec),
			"field is immutable", []string{"spec.volumeClaimTemplates"}},
		{"annotation in a claim template", "statefulset", "", template(`{name: data, labels: {version: "1"}, annotations: {a: b}}`, spec),
			"field is immutable", []string{"spec.volumeClaimTemplates"}},
		{"size of a claim template", "statefulset", "", template(metadata, `{accessModes: [ReadWriteOnce], resources: {requests: {storage: 9Gi}}}`),
			"field is immutable", []string{"spec.volumeClaimTemplates"}},
		{"class emptied in a claim template", "statefulset", "",
			template(metadata, `{accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: 8Gi}}}`),
			"field is immutable", []string{"spec.volumeClaimTemplates"}},
		{"claim templates as in the manifest", "statefulset", "", template(metadata, spec), "", nil},
		{"same size written otherwise", "statefulset", "",
			template(metadata, `{accessModes: [ReadWriteOnce], resources: {requests: {storage: 8192Mi}}}`), "", nil},
		{"claim templates dropped", "statefulset", "", `spec: {volumeClaimTemplates: null, template: {spec: {containers: [{name: db, image: x}]}}}`,
			"field is immutable", []string{"spec.volumeClaimTemplates"}},
		{"service name", "statefulset", "", `spec: {serviceName: other}`, `spec.serviceName: Invalid value: "other": field is immutable`, []string{"spec.serviceName"}},
		{"pod management", "statefulset", "", `spec: {podManagementPolicy: Parallel}`, `spec.podManagementPolicy: Invalid value: "Parallel": field is immutable`,
			[]string{"spec.podManagementPolicy"}},
		{"pod management dropped is its default", "statefulset", "", `spec: {podManagementPolicy: null}`, "", nil},
		{"two frozen fields", "statefulset", "", `spec: {serviceName: other, podManagementPolicy: Parallel}`, "is invalid: [spec.", nil},
		{"template labels", "statefulset", "", `spec: {template: {metadata: {labels: {app: other}}}}`, "`selector` does not match template `labels`",
			[]string{"spec.template.metadata.labels"}},
		{"replicas", "statefulset", "", `spec: {replicas: 3}`, "", nil},
		{"image", "statefulset", "", `spec: {template: {spec: {containers: [{name: db, image: "postgres:18"}]}}}`, "", nil},
		{"update strategy", "statefulset", "", `spec: {updateStrategy: {type: OnDelete, rollingUpdate: null}}`, "", nil},
		{"history", "statefulset", "", `spec: {revisionHistoryLimit: 3}`, "", nil},
		{"ordinals", "statefulset", "", `spec: {ordinals: {start: 5}}`, "", nil},
		{"ready seconds", "statefulset", "", `spec: {minReadySeconds: 5}`, "", nil},
		{"retention", "statefulset", "", `spec: {persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Delete}}`, "", nil},
		{"recreate strategy is alpha", "statefulset", "", `spec: {updateStrategy: {type: Recreate, rollingUpdate: null}}`, "spec.updateStrategy", nil},
	}
}

func workloadsUpdates() []Update {
	return []Update{
		{"selector", "deployment", "", `spec: {selector: {matchLabels: {version: "1"}}}`, "field is immutable", []string{"spec.selector"}},
		{"selector and labels", "deployment", "", `spec: {selector: {matchLabels: {new: x}}, template: {metadata: {labels: {new: x}}}}`,
			`spec.selector: Invalid value: {"matchLabels":{"app":"web","new":"x"}}: field is immutable`, []string{"spec.selector"}},
		{"template labels miss the selector", "deployment", "", `spec: {template: {metadata: {labels: {app: other}}}}`,
			"`selector` does not match template `labels`", []string{"spec.template.metadata.labels"}},
		{"version label in the template", "deployment", "", `spec: {template: {metadata: {labels: {version: "2"}}}}`, "", nil},
		{"image", "deployment", "", `spec: {template: {spec: {containers: [{name: web, image: "nginx:2"}]}}}`, "", nil},
		{"recreate with the live rolling update", "deployment", "", `spec: {strategy: {type: Recreate}}`,
			"spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'", []string{"spec.strategy.rollingUpdate"}},
		{"recreate alone", "deployment", "", `spec: {strategy: {type: Recreate, rollingUpdate: null}}`, "", nil},
		{"no surge", "deployment", "", `spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}}`, "", nil},
		{"selector", "daemonset", "", `spec: {selector: {matchLabels: {x: a}}, template: {metadata: {labels: {x: a}}}}`, "field is immutable", []string{"spec.selector"}},
		{"template labels miss the selector", "daemonset", "", `spec: {template: {metadata: {labels: {app: other}}}}`,
			"`selector` does not match template `labels`", nil},
		{"image", "daemonset", "", `spec: {template: {spec: {containers: [{name: agent, image: new}]}}}`, "", nil},
		{"selector", "replicaset", "", `spec: {selector: {matchLabels: {x: a}}, template: {metadata: {labels: {x: a}}}}`, "field is immutable", []string{"spec.selector"}},
		{"template labels miss the selector", "replicaset", "", `spec: {template: {metadata: {labels: {app: other}}}}`,
			"`selector` does not match template `labels`", nil},
		{"selector", "controller", "", `spec: {selector: {also: web}}`, "", nil},
		{"data", "revision", "", `data: {a: c}`, "data: Invalid value", []string{"data"}},
		{"schedule and template", "cronjob", "", `
spec: {schedule: "6 * * * *", jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: new}]}}}}}`, "", nil},
		{"wrong schedule", "cronjob", "", `spec: {schedule: "every day"}`, "spec.schedule: Invalid value", []string{"spec.schedule"}},
	}
}

func jobUpdates() []Update {
	const suspended = `spec: {suspend: true}`
	const image = `spec: {template: {spec: {containers: [{name: c, image: new}]}}}`
	return []Update{
		{"again", "job", "", `{}`, "", nil},
		{"image", "job", "", image, "spec.template: Invalid value: ", []string{"spec.template"}},
		{"label in the template", "job", "", `spec: {template: {metadata: {labels: {version: "2"}}}}`, "field is immutable", []string{"spec.template"}},
		{"finished", "job", `status: {succeeded: 1, startTime: "2026-01-01T00:00:00Z", completionTime: "2026-01-01T00:01:00Z", conditions: [{type: Complete, status: "True"}]}`,
			image, "field is immutable", []string{"spec.template"}},
		{"label while suspended", "job", suspended, `spec: {template: {metadata: {labels: {version: "2"}}}}`, "", nil},
		{"node selector while suspended", "job", suspended, `spec: {template: {spec: {nodeSelector: {disk: ssd}}}}`, "", nil},
		{"node selector", "job", "", `spec: {template: {spec: {nodeSelector: {disk: ssd}}}}`, "field is immutable", []string{"spec.template"}},
		{"resources while suspended", "job", suspended, `
spec: {template: {spec: {containers: [{name: c, image: migrate, resources: {requests: {cpu: "1"}}}]}}}`, "", nil},
		{"image while suspended", "job", suspended, image, "field is immutable", []string{"spec.template.spec"}},
		{"node selector while suspended with pods", "job", suspended + "\nstatus: {active: 1, startTime: \"2026-01-01T00:00:00Z\"}",
			`spec: {template: {spec: {nodeSelector: {disk: ssd}}}}`, "field is immutable", []string{"spec.template"}},
		{"selector written by hand", "job", `spec: {manualSelector: true, selector: {matchLabels: {version: "1"}}}`,
			`spec: {selector: {matchLabels: {other: x}}, template: {metadata: {labels: {other: x}}}}`, "field is immutable", nil},
		{"selector dropped", "job", "", `spec: {selector: null}`, "spec.selector", nil},
		{"completions", "job", "", `spec: {completions: 2}`, "spec.completions: Invalid value: 2: field is immutable", []string{"spec.completions"}},
		{"completion mode", "job", "", `spec: {completionMode: Indexed}`, `field is immutable`, []string{"spec.completionMode"}},
		{"completion mode dropped is its default", "job", "", `spec: {completionMode: null}`, "", nil},
		{"failure policy", "job", "", `spec: {podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "True"}]}]}}`,
			"spec.podFailurePolicy: Invalid value", nil},
		{"manager", "job", "", `spec: {managedBy: example.com/other}`, "spec.managedBy: Invalid value", []string{"spec.managedBy"}},
		{"indexed completions alone", "indexed job", "", `spec: {completions: 3}`, "can only be modified in tandem with spec.parallelism", []string{"spec.completions"}},
		{"indexed completions with parallelism", "indexed job", "", `spec: {completions: 3, parallelism: 3}`, "", nil},
		{"limit per index", "indexed job", "", `spec: {backoffLimitPerIndex: 1}`, "spec.backoffLimitPerIndex: Invalid value", []string{"spec.backoffLimitPerIndex"}},
		{"success policy", "indexed job", "", `spec: {successPolicy: {rules: [{succeededCount: 1}]}}`, "spec.successPolicy: Invalid value", []string{"spec.successPolicy"}},
		{"what a Job may change", "job", "", `spec: {parallelism: 2, backoffLimit: 1, ttlSecondsAfterFinished: 5, activeDeadlineSeconds: 5, suspend: true}`, "", nil},
	}
}

func podUpdates() []Update {
	return []Update{
		{"image", "pod", "", `spec: {containers: [{name: c, image: "nginx:2"}]}`, "", nil},
		{"command", "pod", "", `spec: {containers: [{name: c, image: "nginx:1", command: [sh]}]}`,
			"spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`", []string{"spec"}},
		{"container added", "pod", "", `spec: {containers: [{name: c, image: "nginx:1"}, {name: d, image: x}]}`, "pod updates may not add or remove containers", nil},
		{"toleration added", "pod", "", `spec: {tolerations: [{key: a, operator: Exists}, {key: b, operator: Exists}]}`, "", nil},
		{"toleration changed", "pod", "", `spec: {tolerations: [{key: b, operator: Exists}]}`,
			"existing toleration can not be modified except its tolerationSeconds", nil},
		{"deadline grown", "pod", `spec: {activeDeadlineSeconds: 5}`, `spec: {activeDeadlineSeconds: 6}`, "must be less than or equal to previous value", nil},
		{"AppArmor annotation changed", "pod", `metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/c: runtime/default}}`,
			`metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/c: unconfined}}`, "may not remove or update AppArmor annotations", nil},
		{"gate added", "pod", `spec: {schedulingGates: [{name: example.com/a}]}`, `spec: {schedulingGates: [{name: example.com/a}, {name: example.com/b}]}`,
			"only deletion is allowed, but found new scheduling gate 'example.com/b'", nil},
		{"node selector of a gated pod", "pod", `spec: {schedulingGates: [{name: example.com/a}], nodeSelector: {x: a}}`, `spec: {nodeSelector: {x: b}}`,
			"only additions to spec.nodeSelector are allowed", nil},
	}
}
