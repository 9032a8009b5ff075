{{- define "journal.fullname" -}}
{{- printf "%s-journal" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "journal.class" -}}
{{- printf "%s-%s-fast" .Release.Namespace (include "journal.fullname" .) -}}
{{- end -}}

{{- define "journal.selectorLabels" -}}
app.kubernetes.io/name: journal
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "journal.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "journal.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
