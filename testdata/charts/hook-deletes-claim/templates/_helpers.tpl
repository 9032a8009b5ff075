{{- define "gallery.fullname" -}}
{{- printf "%s-gallery" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "gallery.selectorLabels" -}}
app.kubernetes.io/name: gallery
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "gallery.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "gallery.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
