{{- define "parity.fullname" -}}
{{- printf "%s-%s" .Release.Name (.Values.nameOverride | default "parity") | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "parity.labels" -}}
{{ include "kit.labels" . }}
{{- with .Values.global.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The sub chart worker defines this too: one of them wins, always the same. */}}
{{- define "shared.whoami" -}}
the parent, asked by {{ .Chart.Name }}
{{- end -}}
