import { z } from 'zod';
import { configValues } from './helm-config-values.ts';

const text = (fallback: string, description: string) => z.string().default(fallback).describe(description);
const flag = (fallback: boolean, description: string) => z.boolean().default(fallback).describe(description);
const count = (min: number, max: number, fallback: number, description: string) =>
  z.int().min(min).max(max).default(fallback).describe(description);
const choice = <const Words extends readonly [string, ...string[]]>(words: Words, description: string) =>
  z.enum(words).default(words[0]).describe(description);

/** Whatever Kubernetes takes at this place. */
type Free = Readonly<Record<string, unknown>>;
const free = (fallback: Free, description: string, example?: string) =>
  z
    .record(z.string(), z.unknown())
    .default(fallback)
    .meta({ description, ...(example === undefined ? {} : { example }) });
const words = (fallback: Readonly<Record<string, string>>, description: string, example?: string) =>
  z
    .record(z.string(), z.string())
    .default(fallback)
    .meta({ description, ...(example === undefined ? {} : { example }) });
const freeList = (description: string, example?: string) =>
  z
    .array(z.record(z.string(), z.unknown()))
    .default([])
    .meta({ description, ...(example === undefined ? {} : { example }) });
const textList = (fallback: string[], description: string) =>
  z.array(z.string()).default(fallback).describe(description);

const portNumber = (fallback: number, description: string) => count(1, 65_535, fallback, description);

const secret = (key: string, description: string, form?: RegExp) =>
  z
    .strictObject({
      existingSecret: text('', 'The Secret of yours that has it.'),
      key: z.string().min(1).default(key).describe('Under which key it stands in a Secret.'),
      value: (form === undefined ? z.string() : z.string().regex(form))
        .default('')
        .describe('Or itself, for a Secret that the chart makes; it is then among the values of the release.'),
    })
    .describe(`${description}.`);

const probe = (path: string, periodSeconds: number, failureThreshold: number, what: string) =>
  free(
    { httpGet: { path, port: 'http' }, periodSeconds, timeoutSeconds: 3, failureThreshold },
    `${what}; an empty map for none.`,
  );

const printable = /^([!-~]{24,})?$/;

/** The chart's values. Its schema, its values.yaml and the table of its README are written from this. */
export const helmValues = z.strictObject({
  image: z.strictObject({
    repository: text('plantain', 'Where the image is pulled from: the registry that you push it to.'),
    tag: text('', "Its tag; the chart's appVersion if empty."),
    digest: z
      .string()
      .regex(/^(sha256:[0-9a-f]{64})?$/)
      .default('')
      .describe('Its digest, in place of the tag.'),
    pullPolicy: choice(['IfNotPresent', 'Always', 'Never'], 'When it is pulled.'),
    pullSecrets: freeList('Secrets to pull it with.', '- name: registry'),
  }),
  replicaCount: count(0, 1000, 1, 'How many servers. More than one takes PostgreSQL.'),
  config: configValues,
  secrets: z.strictObject({
    adminSecret: secret(
      'admin-secret',
      'What lets the console and the admin API in. Made and kept by the chart where none is given',
      printable,
    ),
    viewerSecret: secret('viewer-secret', 'What lets people in who look and change nothing', printable),
    bootstrapKey: secret('bootstrap-key', 'A first API key for callers', /^(sk-[0-9A-Za-z]{48})?$/),
    geminiApiKey: secret('gemini-api-key', "Key for Google's Gemini API. Without any upstream the sandbox draws"),
    databaseUrl: secret(
      'database-url',
      'Address of PostgreSQL, 15 or newer, with user and password. Without it the database is an SQLite file',
      /^(postgres(ql)?:\/\/\S+)?$/,
    ),
    linksSecret: secret(
      'links-secret',
      'What signs links to pictures. Made and kept by the chart where none is given',
      /^(\S{32,})?$/,
    ),
    storageAccessKeyId: secret('storage-access-key-id', 'Access key for the bucket of `config.storage`'),
    storageSecretAccessKey: secret('storage-secret-access-key', 'Its secret'),
    storageSessionToken: secret('storage-session-token', 'Its session token, of temporary credentials'),
    metricsToken: secret('metrics-token', 'What `/metrics` on the main port is read with', printable),
    webhooksUrl: secret('webhooks-url', 'Address that is told of limits that are used up'),
    webhooksSecret: secret('webhooks-secret', 'What signs what it is told'),
  }),
  migrations: z.strictObject({
    by: choice(
      ['job', 'server', 'nobody'],
      'Who brings the tables of PostgreSQL up to this version: a Job before each install and upgrade, each server at its start, or nobody, if you run `plantain migrate` yourself.',
    ),
    wait: z
      .string()
      .regex(/^\d+(ms|s|m|h)$/)
      .default('60s')
      .describe('How long the Job waits for the database.'),
    backoffLimit: count(0, 100, 2, 'How often the Job is tried again.'),
    activeDeadlineSeconds: count(1, 86_400, 900, 'How long the Job may take in all.'),
  }),
  persistence: z.strictObject({
    enabled: flag(true, 'A volume for the data folder, in which the SQLite file lies. Without it keys and the ledger are gone with the pod.'),
    withDatabase: flag(false, 'With PostgreSQL too, for one server that keeps pictures on its disk.'),
    existingClaim: text('', 'A PersistentVolumeClaim of yours.'),
    storageClass: text('', "Its storage class; the cluster's default if empty, none if `-`. No network file system: SQLite's locks do not hold there."),
    accessModes: textList(['ReadWriteOnce'], 'Its access modes.'),
    size: text('10Gi', 'Its size.'),
    keep: flag(true, 'Leave it where it is at `helm uninstall`.'),
    annotations: words({}, 'Its annotations.'),
    scratchSize: text('2Gi', 'Most that a data folder without a volume may hold.'),
  }),
  listenHost: text('0.0.0.0', 'Address that the server listens on; `::` where there is IPv6 alone.'),
  port: portNumber(4747, 'Port of the container.'),
  service: z.strictObject({
    type: choice(['ClusterIP', 'NodePort', 'LoadBalancer'], 'Kind of the Service.'),
    port: portNumber(4747, 'Its port.'),
    nodePort: count(0, 65_535, 0, 'Port of the nodes; 0 takes a free one.'),
    annotations: words({}, 'Its annotations.'),
    loadBalancerClass: text('', 'Class of the load balancer.'),
    loadBalancerSourceRanges: textList([], 'Who may reach the load balancer.'),
    externalTrafficPolicy: text('', "`Local` keeps callers' addresses."),
  }),
  ingress: z.strictObject({
    enabled: flag(false, 'An Ingress.'),
    className: text('', 'Its class.'),
    annotations: words(
      {},
      'Its annotations. Orders take minutes, and edits are large: the controller has to allow both.',
      `nginx.ingress.kubernetes.io/proxy-read-timeout: "600"
nginx.ingress.kubernetes.io/proxy-send-timeout: "600"
nginx.ingress.kubernetes.io/proxy-body-size: 850m
nginx.ingress.kubernetes.io/proxy-request-buffering: "off"
nginx.ingress.kubernetes.io/proxy-next-upstream: "off"`,
    ),
    hosts: textList([], 'Its names.'),
    tls: freeList('Its certificates.', '- secretName: images-tls\n  hosts: [images.example.com]'),
  }),
  httpRoute: z.strictObject({
    enabled: flag(false, 'A route of the Gateway API.'),
    parentRefs: freeList('The Gateways it belongs to.', '- name: public\n  namespace: gateways'),
    hostnames: textList([], 'Its names.'),
    timeout: text('600s', "How long an order may take; empty leaves it to the Gateway, as one without this feature needs."),
    annotations: words({}, 'Its annotations.'),
  }),
  metrics: z.strictObject({
    enabled: flag(false, 'Serve metrics, on a port and a Service of their own.'),
    port: portNumber(9464, 'That port.'),
    serviceMonitor: z.strictObject({
      enabled: flag(false, "A ServiceMonitor for Prometheus's operator."),
      interval: text('15s', 'How often it scrapes.'),
      labels: words({}, 'Its labels, by which the operator finds it.'),
    }),
    prometheusRule: z.strictObject({
      enabled: flag(false, 'The alerts of deploy/prometheus as a PrometheusRule.'),
      labels: words({}, 'Its labels, by which the operator finds it.'),
    }),
    dashboard: z.strictObject({
      enabled: flag(false, 'The dashboard of deploy/grafana as a ConfigMap.'),
      namespace: text('', "Its namespace; the release's if empty."),
      labels: words({ grafana_dashboard: '1' }, "Its labels, by which Grafana's sidecar finds it."),
      annotations: words({}, 'Its annotations.'),
    }),
  }),
  autoscaling: z.strictObject({
    enabled: flag(false, 'As many servers as the orders in flight need. Takes PostgreSQL and metrics.enabled.'),
    kind: choice(['hpa', 'keda'], 'By a HorizontalPodAutoscaler, which needs an adapter for the metric, or by KEDA.'),
    minReplicas: count(1, 1000, 2, 'Fewest servers.'),
    maxReplicas: count(1, 1000, 10, 'Most servers.'),
    targetPercent: count(1, 100, 60, 'How full a server shall be, of `config.limits.max_orders_in_flight`.'),
    scaleDownSeconds: count(0, 3600, 600, 'How long fewer orders have to last until a server goes.'),
    prometheusAddress: text('', 'Where KEDA asks Prometheus.'),
  }),
  podDisruptionBudget: z.strictObject({
    enabled: flag(true, 'With two servers or more, let no more than one be evicted at once.'),
  }),
  networkPolicy: z.strictObject({
    enabled: flag(false, 'Let in and out what is needed and nothing else.'),
    from: freeList('Who may call; anybody if empty.', '- namespaceSelector:\n    matchLabels: { kubernetes.io/metadata.name: ingress-nginx }'),
    metricsFrom: freeList('Who may read the metrics; anybody if empty.', '- namespaceSelector:\n    matchLabels: { kubernetes.io/metadata.name: monitoring }'),
    databaseTo: freeList('Where PostgreSQL is; anywhere if empty.', '- ipBlock: { cidr: 10.1.2.3/32 }'),
    databasePort: portNumber(5432, 'Its port.'),
    extraEgress: freeList('What else may be called. Names, and public addresses on port 443, always may.', '- ports: [{ port: 3900 }]\n  to: [{ podSelector: { matchLabels: { app: garage } } }]'),
  }),
  shutdown: z.strictObject({
    delaySeconds: count(
      0,
      600,
      5,
      'How long a pod that ends still takes calls, while `/readyz` already says 503, until every proxy has heard of it.',
    ),
    graceSeconds: count(0, 3600, 25, 'How long its orders may finish after that.'),
  }),
  startupProbe: probe('/healthz', 1, 30, 'Whether it has started'),
  livenessProbe: probe('/healthz', 10, 3, 'Whether it lives'),
  readinessProbe: probe('/readyz', 5, 2, 'Whether it can draw'),
  resources: free(
    { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '512Mi' } },
    'What a pod gets. A quarter of the memory is for orders; past that they wait.',
  ),
  podSecurityContext: free(
    {
      runAsNonRoot: true,
      runAsUser: 65_532,
      runAsGroup: 65_532,
      fsGroup: 65_532,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    "The pods' security.",
  ),
  securityContext: free(
    { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    "The containers' security.",
  ),
  serviceAccount: z.strictObject({
    create: flag(true, 'An account of its own. No token of it is mounted.'),
    name: text('', 'Its name, or that of one of yours.'),
    annotations: words({}, 'Its annotations.'),
  }),
  extraEnv: freeList('Further environment, of the servers and the migration.', '- name: TEAM_GEMINI_KEY\n  valueFrom: { secretKeyRef: { name: gemini, key: team } }'),
  extraEnvFrom: freeList('Further environment, from whole Secrets and ConfigMaps.', '- secretRef: { name: upstreams }'),
  extraVolumes: freeList('Further volumes, of the servers and the migration.', '- name: authority\n  configMap: { name: authority }'),
  extraVolumeMounts: freeList('Where they are mounted.', '- { name: authority, mountPath: /etc/authority, readOnly: true }'),
  extraContainers: freeList('Further containers beside the server.'),
  initContainers: freeList('Containers that run before the server.'),
  podAnnotations: words({}, "The pods' annotations."),
  podLabels: words({}, "The pods' labels."),
  commonLabels: words({}, 'Labels of everything.'),
  nodeSelector: words({}, 'Nodes to run on.'),
  tolerations: freeList('Taints that do not matter.'),
  affinity: free({}, 'Nodes and neighbours to prefer or avoid.'),
  topologySpreadConstraints: freeList('How servers are spread; several servers over the nodes, where that can be, if empty.'),
  priorityClassName: text('', "The pods' priority."),
  runtimeClassName: text('', "The pods' runtime."),
  revisionHistoryLimit: count(0, 100, 5, 'How many old versions of the Deployment are kept.'),
  nameOverride: text('', 'In place of the name `plantain` in labels and names.'),
  fullnameOverride: text('', 'In place of the name of every object.'),
  global: free({}, 'What a chart that this one is part of tells all of its parts. Not used.'),
});
