{{- define "notes.fullname" -}}
{{- printf "%s-notes" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "notes.selectorLabels" -}}
app.kubernetes.io/name: notes
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "notes.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "notes.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
