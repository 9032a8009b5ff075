package apicases

// Create is one create: a base with Change laid over it. Without Refused it
// must be accepted.
type Create struct{ Name, Base, Change, Refused, Field string }

// Creates are all of them.
func Creates() []Create {
	return []Create{
		{"mount without its volume", "deployment",
			`spec: {template: {spec: {containers: [{name: web, image: nginx, volumeMounts: [{name: data, mountPath: /data}]}]}}}`,
			`Deployment.apps "web" is invalid: spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"`,
			"spec.template.spec.containers[0].volumeMounts[0].name"},
		{"mount without its claim template", "statefulset", `spec: {volumeClaimTemplates: null}`,
			`spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"`, ""},
		{"selector misses the labels", "deployment", `spec: {template: {metadata: {labels: {app: other}}}}`,
			"`selector` does not match template `labels`", "spec.template.metadata.labels"},
		{"selector misses the labels", "statefulset", `spec: {template: {metadata: {labels: {app: other}}}}`,
			"`selector` does not match template `labels`", "spec.template.metadata.labels"},
		{"no selector", "deployment", `spec: {selector: null}`, "spec.selector: Required value", "spec.selector"},
		{"upper case name", "deployment", `metadata: {name: Web}`,
			`metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain must consist of`, "metadata.name"},
		{"underscore in a name", "claim", `metadata: {name: my_data}`, "a lowercase RFC 1123 subdomain", "metadata.name"},
		{"Service name that starts with a digit", "service", `metadata: {name: 1web}`, "", ""},
		{"no name", "configmap", `metadata: {name: null}`, "metadata.name: Required value: name or generateName is required", "metadata.name"},
		{"long StatefulSet name", "statefulset", `metadata: {name: a123456789012345678901234567890123456789012345678901234567890123}`,
			"must be no more than", "metadata.name"},
		{"recreate with rolling update", "deployment", `spec: {strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}}`,
			"spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'", "spec.strategy.rollingUpdate"},
		{"no container", "deployment", `spec: {template: {spec: {containers: []}}}`, "spec.template.spec.containers: Required value", ""},
		{"restart policy of a Deployment", "deployment", `spec: {template: {spec: {restartPolicy: Never}}}`,
			`spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"`, ""},
		{"restart policy of a Job", "job", `spec: {template: {spec: {restartPolicy: Always}}}`,
			`spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"`, ""},
		{"selector of a Job", "job", `spec: {selector: {matchLabels: {a: b}}}`, "`selector` does not match template `labels`", ""},
		{"request above limit", "deployment", `
spec: {template: {spec: {containers: [{name: web, image: nginx, resources: {requests: {cpu: "2"}, limits: {cpu: "1"}}}]}}}`,
			`must be less than or equal to cpu limit`, ""},
		{"image missing", "deployment", `spec: {template: {spec: {containers: [{name: web}]}}}`, "spec.template.spec.containers[0].image: Required value", ""},
		{"port too big", "service", `spec: {ports: [{port: 70000}]}`, "spec.ports[0].port: Invalid value: 70000", "spec.ports[0].port"},
		{"two ports without names", "service", `spec: {ports: [{port: 80}, {port: 81}]}`, "spec.ports[0].name: Required value", ""},
		{"claim without size", "claim", `spec: {resources: null}`, "spec.resources[storage]: Required value", ""},
		{"claim without access mode", "claim", `spec: {accessModes: null}`, "spec.accessModes: Required value", "spec.accessModes"},
		{"once-pod beside another mode", "claim", `spec: {accessModes: [ReadWriteOncePod, ReadWriteOnce]}`, "may not use ReadWriteOncePod with other access modes", ""},
		{"quantity", "claim", `spec: {resources: {requests: {storage: 8 Gi}}}`,
			`PersistentVolumeClaim in version "v1" cannot be handled as a PersistentVolumeClaim: quantities must match the regular expression`, ""},
		{"number in data", "configmap", `data: {a: 1}`,
			`ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string`, ""},
		{"data that is not base64", "secret", `data: {password: "***"}`, `Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0`, ""},
		{"certificate without key", "secret", `{type: kubernetes.io/tls, data: {tls.crt: ""}}`, "data[tls.key]: Required value", "data[tls.key]"},
		{"number as label", "deployment", `metadata: {labels: {version: 1}}`,
			`Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string`, ""},
		{"schedule", "cronjob", `spec: {schedule: "* *"}`, "spec.schedule: Invalid value", "spec.schedule"},
		{"long CronJob name", "cronjob", `metadata: {name: a1234567890123456789012345678901234567890123456789012}`,
			"metadata.name: Invalid value: \"a1234567890123456789012345678901234567890123456789012\": must be no more than 52 characters", ""},
		{"budget with both limits", "budget", `spec: {maxUnavailable: 1}`, "minAvailable and maxUnavailable cannot be both set", ""},
		{"Ingress without backend and rules", "ingress", `spec: {defaultBackend: null}`, "either `defaultBackend` or `rules` must be specified", ""},
		{"role of nobody", "rolebinding", `roleRef: {name: ""}`, "roleRef.name: Required value", ""},
		{"minimum above maximum", "autoscaler", `spec: {minReplicas: 5}`, "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`", ""},
		{"several at once", "deployment", `{metadata: {name: Web}, spec: {selector: null}}`, `Deployment.apps "Web" is invalid: [metadata.name: Invalid value: `, ""},
	}
}
