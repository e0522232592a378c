{{/* What cannot be installed, each with its cure. */}}
{{- define "plantain.checks" -}}
{{- $several := include "plantain.isSeveral" . }}
{{- if and $several (not (include "plantain.onPostgres" .)) }}
{{- fail "More than one server takes PostgreSQL, because one SQLite file is for one server: set secrets.databaseUrl, or leave replicaCount at 1 and autoscaling off." }}
{{- end }}
{{- if and $several (include "plantain.isKept" .) }}
{{- fail "persistence.withDatabase is for one server, because each needs a data folder of its own: set it to false and keep pictures in a bucket (config.storage), or leave replicaCount at 1 and autoscaling off." }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail "autoscaling.minReplicas is above autoscaling.maxReplicas." }}
{{- end }}
{{- if not .Values.metrics.enabled }}
{{- if .Values.metrics.serviceMonitor.enabled }}{{ fail "metrics.serviceMonitor scrapes what metrics.enabled serves: set metrics.enabled to true as well." }}{{ end }}
{{- if .Values.autoscaling.enabled }}{{ fail "autoscaling counts the metric plantain_orders_in_flight: set metrics.enabled to true as well." }}{{ end }}
{{- end }}
{{- if and .Values.autoscaling.enabled (lt (include "plantain.ordersLimit" . | int64) 1) }}
{{- fail "autoscaling goes by config.limits.max_orders_in_flight: write it as a number." }}
{{- end }}
{{- if and .Values.autoscaling.enabled (eq .Values.autoscaling.kind "keda") (not .Values.autoscaling.prometheusAddress) }}
{{- fail "KEDA asks Prometheus: set autoscaling.prometheusAddress to its address, such as http://prometheus.monitoring:9090." }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}
{{- fail "ingress.enabled needs a name in ingress.hosts." }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.enabled needs a Gateway in httpRoute.parentRefs." }}
{{- end }}
{{- $cures := dict "host" "use listenHost" "port" "use port" "data_dir" "the chart mounts it at /data" "shutdown_delay_ms" "use shutdown.delaySeconds" "shutdown_grace_ms" "use shutdown.graceSeconds" "bootstrap_key" "use secrets.bootstrapKey" }}
{{- range $name, $cure := $cures }}
{{- if hasKey $.Values.config $name }}{{ fail (printf "config.%s is set by the chart: %s." $name $cure) }}{{ end }}
{{- end }}
{{- if hasKey (dig "metrics" dict .Values.config) "listen" }}{{ fail "config.metrics.listen is set by the chart: use metrics.enabled and metrics.port." }}{{ end }}
{{- if hasKey .Values.config "database" }}{{ fail "config.database is set by the chart: use secrets.databaseUrl and migrations.by." }}{{ end }}
{{- with include "plantain.clearSecrets" (dict "value" .Values.config "path" "" "isSecret" false) | trim }}
{{- fail (printf "A secret in config would stand in a ConfigMap for everybody to read: %s. Write ${NAME} there, and give NAME by extraEnv or extraEnvFrom; or use secrets." (replace " " ", " .)) }}
{{- end }}
{{- end }}
