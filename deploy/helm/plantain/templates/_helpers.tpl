{{- define "plantain.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* Short enough for what is put behind it: names of Services end at 63 characters. */}}
{{- define "plantain.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "plantain.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "plantain.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What the server's pods are known by. The migration's pods are another component, so that no Service leads to them. */}}
{{- define "plantain.selectorLabels" -}}
app.kubernetes.io/name: {{ include "plantain.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end }}

{{- define "plantain.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: plantain
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "plantain.labels" -}}
{{ include "plantain.selectorLabels" . }}
{{ include "plantain.commonLabels" . }}
{{- end }}

{{- define "plantain.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}
{{- end }}

{{- define "plantain.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "plantain.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Says "true" where keys, limits and the ledger are in PostgreSQL. */}}
{{- define "plantain.onPostgres" -}}
{{- if include "plantain.secretSource" (dict "root" . "name" "databaseUrl") }}true{{ end }}
{{- end }}

{{/* Says "true" where there may be more than one server at once. */}}
{{- define "plantain.isSeveral" -}}
{{- if or .Values.autoscaling.enabled (gt (int .Values.replicaCount) 1) }}true{{ end }}
{{- end }}

{{/* Says "true" where the data folder is a volume that lasts. */}}
{{- define "plantain.isKept" -}}
{{- if and .Values.persistence.enabled (or (not (include "plantain.onPostgres" .)) .Values.persistence.withDatabase) }}true{{ end }}
{{- end }}

{{- define "plantain.ordersLimit" -}}
{{- dig "limits" "max_orders_in_flight" 2000 .Values.config | int64 }}
{{- end }}

{{/* How many orders in flight a server has when another one is wanted. */}}
{{- define "plantain.ordersTarget" -}}
{{- max 1 (div (mul (include "plantain.ordersLimit" . | int64) (int64 .Values.autoscaling.targetPercent)) 100) }}
{{- end }}
