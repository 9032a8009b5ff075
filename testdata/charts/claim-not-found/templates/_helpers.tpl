{{- define "library.fullname" -}}
{{- printf "%s-library" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "library.selectorLabels" -}}
app.kubernetes.io/name: library
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "library.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "library.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
