{{- define "operator.fullname" -}}
{{- printf "%s-vault-operator" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of cluster-scoped objects. */}}
{{- define "operator.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "operator.fullname" .) -}}
{{- end -}}

{{- define "operator.labels" -}}
app.kubernetes.io/name: vault-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
