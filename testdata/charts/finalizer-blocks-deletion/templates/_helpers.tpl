{{- define "zones.fullname" -}}
{{- printf "%s-zones" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "zones.selectorLabels" -}}
app.kubernetes.io/name: zones
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "zones.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "zones.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
