{{/*
The start of every object's name.
*/}}
{{- define "clean.fullname" -}}
{{- printf "%s-crm" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/*
What never changes in a release: good for selectors and claim templates.
*/}}
{{- define "clean.selectorLabels" -}}
app.kubernetes.io/name: crm
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "clean.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "clean.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "clean.secretName" -}}
{{- .Values.database.auth.existingSecret | default (printf "%s-db" (include "clean.fullname" .)) -}}
{{- end -}}
