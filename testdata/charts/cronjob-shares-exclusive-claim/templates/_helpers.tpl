{{- define "forum.fullname" -}}
{{- printf "%s-forum" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "forum.selectorLabels" -}}
app.kubernetes.io/name: forum
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "forum.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "forum.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
