{{- define "worker.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name -}}
{{- end -}}

{{- define "shared.whoami" -}}
the sub chart, asked by {{ .Chart.Name }}
{{- end -}}
