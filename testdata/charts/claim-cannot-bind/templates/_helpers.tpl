{{- define "streamer.fullname" -}}
{{- printf "%s-streamer" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "streamer.volume" -}}
{{- printf "%s-%s" .Release.Namespace (include "streamer.fullname" .) -}}
{{- end -}}

{{- define "streamer.selectorLabels" -}}
app.kubernetes.io/name: streamer
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "streamer.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "streamer.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
