{{- define "quorum.fullname" -}}
{{- printf "%s-quorum" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "quorum.selectorLabels" -}}
app.kubernetes.io/name: quorum
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "quorum.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "quorum.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
