{{- define "search.fullname" -}}
{{- printf "%s-search" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "search.selectorLabels" -}}
app.kubernetes.io/name: search
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "search.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "search.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
