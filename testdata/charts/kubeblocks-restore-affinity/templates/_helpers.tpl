{{- define "cluster.labels" -}}
app.kubernetes.io/name: mysql
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "cluster.backup" -}}
{{ printf "%s-restored-from" .Release.Name }}
{{- end -}}
