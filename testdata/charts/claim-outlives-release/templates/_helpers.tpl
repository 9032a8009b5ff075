{{- define "queue.fullname" -}}
{{- printf "%s-queue" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "queue.selectorLabels" -}}
app.kubernetes.io/name: queue
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "queue.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "queue.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
