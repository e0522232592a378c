{{/* The values' secrets, and the environment variable of each. */}}
{{- define "plantain.secretVariables" -}}
adminSecret: PLANTAIN_ADMIN_SECRET
bootstrapKey: PLANTAIN_BOOTSTRAP_KEY
databaseUrl: DATABASE_URL
geminiApiKey: GEMINI_API_KEY
linksSecret: PLANTAIN_LINKS_SECRET
metricsToken: PLANTAIN_METRICS_TOKEN
storageAccessKeyId: AWS_ACCESS_KEY_ID
storageSecretAccessKey: AWS_SECRET_ACCESS_KEY
storageSessionToken: AWS_SESSION_TOKEN
viewerSecret: PLANTAIN_ADMIN_VIEWER_SECRET
webhooksSecret: PLANTAIN_WEBHOOKS_SECRET
webhooksUrl: PLANTAIN_WEBHOOKS_URL
{{- end }}

{{/* Where a secret comes from: existing, value, generated, or nothing for one that is not there. */}}
{{- define "plantain.secretSource" -}}
{{- $given := index .root.Values.secrets .name }}
{{- if and $given.existingSecret $given.value }}
{{- fail (printf "secrets.%s has both existingSecret and value: keep one." .name) }}
{{- else if $given.existingSecret }}existing
{{- else if $given.value }}value
{{- else if has .name (list "adminSecret" "linksSecret") }}generated
{{- end }}
{{- end }}

{{/* The environment of one secret. */}}
{{- define "plantain.secretEnv" -}}
{{- $source := include "plantain.secretSource" . }}
{{- if $source }}
{{- $given := index .root.Values.secrets .name }}
- name: {{ index (include "plantain.secretVariables" . | fromYaml) .name }}
  valueFrom:
    secretKeyRef:
      name: {{ eq $source "existing" | ternary $given.existingSecret (default (include "plantain.fullname" .root) .chartSecret) }}
      key: {{ $given.key }}
{{- end }}
{{- end }}

{{- define "plantain.secretEnvs" -}}
{{- $root := . }}
{{- range $name, $_ := include "plantain.secretVariables" . | fromYaml }}
{{- include "plantain.secretEnv" (dict "root" $root "name" $name) }}
{{- end }}
{{- end }}

{{/* What is written into the Secret: a value as it is given; one that is made, as an earlier release left it. */}}
{{- define "plantain.secretData" -}}
{{- $root := . }}
{{- $left := (lookup "v1" "Secret" .Release.Namespace (include "plantain.fullname" .)) | default dict }}
{{- range $name, $_ := include "plantain.secretVariables" . | fromYaml }}
{{- $source := include "plantain.secretSource" (dict "root" $root "name" $name) }}
{{- $given := index $root.Values.secrets $name }}
{{- if eq $source "value" }}
{{ $given.key }}: {{ $given.value | b64enc }}
{{- else if eq $source "generated" }}
{{ $given.key }}: {{ dig "data" $given.key (randAlphaNum 48 | b64enc) $left }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Every place of `config` that holds a secret in clear, which the ConfigMap would show to everybody: by the names that settings
have for secrets, and by passwords in addresses. One that is taken from the environment, as ${NAME}, is none.
*/}}
{{- define "plantain.clearSecrets" -}}
{{- $path := .path }}
{{- $isSecret := .isSecret }}
{{- if kindIs "map" .value }}
{{- range $key, $value := .value }}
{{- $isSecretHere := or $isSecret (has $key (list "api_key" "secret" "viewer_secret" "bootstrap_key" "token" "access_key_id" "secret_access_key" "client_secret" "session_token" "headers" "key")) (and (eq $key "url") (hasPrefix "webhooks" $path)) }}
{{- include "plantain.clearSecrets" (dict "value" $value "path" (printf "%s.%s" $path $key | trimPrefix ".") "isSecret" $isSecretHere) }}
{{- end }}
{{- else if kindIs "slice" .value }}
{{- range $index, $value := .value }}
{{- include "plantain.clearSecrets" (dict "value" $value "path" (printf "%s[%d]" $path $index) "isSecret" $isSecret) }}
{{- end }}
{{- else if .value }}
{{- $text := toString .value }}
{{- if and (or $isSecret (regexMatch "://[^/?#]*:[^/?#]*@" $text)) (not (contains "${" $text)) }} {{ $path }}{{ end }}
{{- end }}
{{- end }}
