{{- define "store.fullname" -}}
{{- printf "%s-store" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "store.selectorLabels" -}}
app.kubernetes.io/name: store
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "store.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "store.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
