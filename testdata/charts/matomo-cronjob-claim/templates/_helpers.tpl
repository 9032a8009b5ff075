{{- define "matomo.fullname" -}}
{{- if contains "matomo" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-matomo" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "matomo.selectorLabels" -}}
app.kubernetes.io/name: matomo
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "matomo.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "matomo.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "matomo.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end -}}
