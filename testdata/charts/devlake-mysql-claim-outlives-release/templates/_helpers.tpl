{{- define "devlake.fullname" -}}
{{- $name := default "devlake" .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "devlake.selectorLabels" -}}
app.kubernetes.io/name: {{ default "devlake" .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "devlake.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | trunc 63 | trimSuffix "-" }}
{{ include "devlake.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "devlake.encryptionSecret" -}}
{{- .Values.lake.encryptionSecret.existingSecret | default (printf "%s-encryption" (include "devlake.fullname" .)) -}}
{{- end -}}
