{{- define "atlas.fullname" -}}
{{- printf "%s-atlas" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "atlas.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/name: atlas
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
