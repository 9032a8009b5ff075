{{- define "erda.fullname" -}}
{{- if contains "erda" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-erda" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Names of cluster-scoped objects: the same release name may be in use in another namespace. */}}
{{- define "erda.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "erda.fullname" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "erda.labels" -}}
app.kubernetes.io/part-of: erda
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
