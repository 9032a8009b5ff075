{{- define "tickets.fullname" -}}
{{- printf "%s-tickets" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "tickets.selectorLabels" -}}
app.kubernetes.io/name: tickets
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "tickets.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "tickets.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
