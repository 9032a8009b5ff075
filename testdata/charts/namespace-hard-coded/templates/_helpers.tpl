{{- define "invoices.fullname" -}}
{{- printf "%s-invoices" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "invoices.selectorLabels" -}}
app.kubernetes.io/name: invoices
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "invoices.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "invoices.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
