{{- define "wiki.fullname" -}}
{{- printf "%s-wiki" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "wiki.selectorLabels" -}}
app.kubernetes.io/name: wiki
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "wiki.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "wiki.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
