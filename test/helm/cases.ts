import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { configSettings } from '../../src/config/config-schema.ts';

/** Values of the chart. */
export type Values = Readonly<Record<string, unknown>>;

/** Secrets that are given as values: they may stand in Secrets alone. */
export const givenSecrets = {
  adminSecret: 'an-admin-secret-that-nobody-may-see',
  viewerSecret: 'a-viewer-secret-that-nobody-may-see',
  bootstrapKey: `sk-${'b0otstrap'.repeat(6).slice(0, 48)}`,
  geminiApiKey: 'AIza-a-key-that-nobody-may-see',
  databaseUrl: 'postgres://plantain:hush-hush@postgres.data:5432/plantain',
  linksSecret: 'links-secret-that-nobody-may-see-either',
  storageAccessKeyId: 'AKIA-NOBODY-MAY-SEE',
  storageSecretAccessKey: 'storage-secret-nobody-may-see',
  storageSessionToken: 'session-token-nobody-may-see',
  metricsToken: 'metrics-token-that-nobody-may-see',
  webhooksUrl: 'https://hooks.example.com/hush-hush',
  webhooksSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
} as const;

const given = Object.fromEntries(Object.entries(givenSecrets).map(([name, value]) => [name, { value }]));
const postgres = { secrets: { databaseUrl: { existingSecret: 'postgres-app', key: 'uri' } } };
const several = { ...postgres, replicaCount: 3 };
const scaled = { ...postgres, metrics: { enabled: true } };

export const everything: Values = {
  image: {
    repository: 'registry.example.com/plantain',
    digest: `sha256:${'a'.repeat(64)}`,
    pullSecrets: [{ name: 'registry' }],
  },
  replicaCount: 3,
  config: {
    public_url: 'https://images.example.com',
    trust_proxy: 'uniquelocal',
    limits: { max_orders_in_flight: 500, max_held_bytes: 1_073_741_824, max_edit_body_bytes: '256MiB' },
    storage: { kind: 's3', bucket: 'pictures', region: 'eu-central-1' },
    upstreams: [{ name: 'team', kind: 'gemini', api_key: '${TEAM_GEMINI_KEY}', priority: 1 }],
    aliases: { 'house-style': 'gemini-3-pro-image' },
  },
  secrets: given,
  listenHost: '::',
  port: 8080,
  service: {
    type: 'LoadBalancer',
    port: 80,
    annotations: { a: 'b' },
    externalTrafficPolicy: 'Local',
    loadBalancerSourceRanges: ['192.0.2.0/24'],
  },
  ingress: {
    enabled: true,
    className: 'nginx',
    annotations: { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '600' },
    hosts: ['images.example.com', '*.images.example.com'],
    tls: [{ secretName: 'images-tls', hosts: ['images.example.com'] }],
  },
  httpRoute: { enabled: true, parentRefs: [{ name: 'public' }], hostnames: ['images.example.com'] },
  metrics: {
    enabled: true,
    port: 9500,
    serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
    prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
    dashboard: { enabled: true, namespace: 'monitoring', annotations: { folder: 'Plantain' } },
  },
  autoscaling: { enabled: true },
  networkPolicy: {
    enabled: true,
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }],
    metricsFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    databaseTo: [{ ipBlock: { cidr: '10.1.2.3/32' } }],
    extraEgress: [{ ports: [{ port: 3900 }], to: [{ podSelector: { matchLabels: { app: 'garage' } } }] }],
  },
  serviceAccount: {
    annotations: { 'iam.gke.io/gcp-service-account': 'plantain@example.iam.gserviceaccount.com' },
  },
  extraEnv: [{ name: 'TEAM_GEMINI_KEY', valueFrom: { secretKeyRef: { name: 'gemini', key: 'team' } } }],
  extraEnvFrom: [{ secretRef: { name: 'upstreams' } }],
  extraVolumes: [{ name: 'authority', configMap: { name: 'authority' } }],
  extraVolumeMounts: [{ name: 'authority', mountPath: '/etc/authority', readOnly: true }],
  extraContainers: [{ name: 'proxy', image: 'proxy:1' }],
  initContainers: [{ name: 'wait', image: 'wait:1' }],
  podAnnotations: { 'example.com/note': 'yes' },
  podLabels: { team: 'pictures' },
  commonLabels: { cost: 'pictures' },
  nodeSelector: { 'kubernetes.io/arch': 'amd64' },
  tolerations: [{ key: 'pictures', operator: 'Exists' }],
  affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: {},
    },
  ],
  priorityClassName: 'high',
  runtimeClassName: 'gvisor',
  fullnameOverride: 'pictures',
  global: { anything: true },
};

/** The values of docs/kubernetes.md. */
const shown = [
  ...readFileSync(join(import.meta.dirname, '../../docs/kubernetes.md'), 'utf8').matchAll(
    /^```yaml\n# values: (.*)\n([^]*?)^```$/gm,
  ),
].map(([, title = '', text = '']) => [`docs/kubernetes.md, ${title}`, parse(text) as Values] as const);

/** What has to be rendered. */
export const goodCases: Readonly<Record<string, Values>> = {
  ...Object.fromEntries(shown),
  default: {},
  'PostgreSQL, three servers': several,
  'PostgreSQL by value, one server': { secrets: { databaseUrl: { value: givenSecrets.databaseUrl } } },
  'PostgreSQL, a disk of its own': { ...postgres, persistence: { withDatabase: true } },
  'PostgreSQL, tables by the servers': { ...several, migrations: { by: 'server' } },
  'everything on': everything,
  KEDA: {
    ...scaled,
    autoscaling: { enabled: true, kind: 'keda', prometheusAddress: 'http://prometheus.monitoring:9090' },
  },
  'SQLite without a volume, no probes': {
    persistence: { enabled: false },
    startupProbe: null,
    livenessProbe: null,
  },
  'a claim and an account of theirs': {
    persistence: { existingClaim: 'mine' },
    serviceAccount: { create: false, name: 'mine' },
  },
};

/** Settings that are secret, in clear: each would be read in the ConfigMap. */
const clearSettings = configSettings
  .filter(({ secret, name }) => secret === true && !/^(?:bootstrap_key|database\.)/.test(name))
  .map(({ name }): [Values, RegExp] => {
    const config = name.split('.').reduceRight<unknown>((inner, word) => ({ [word]: inner }), 'clear');
    return [{ config }, new RegExp(`everybody to read: ${RegExp.escape(name)}\\.`)];
  });

/** What has to be refused, and words of the reason. */
export const badCases: readonly (readonly [values: Values, reason: RegExp])[] = [
  ...clearSettings,
  [{ replicaCount: 2 }, /More than one server takes PostgreSQL.*set secrets\.databaseUrl/],
  [{ autoscaling: { enabled: true }, metrics: { enabled: true } }, /More than one server takes PostgreSQL/],
  [{ ...several, persistence: { withDatabase: true } }, /persistence\.withDatabase is for one server/],
  [{ ...postgres, autoscaling: { enabled: true } }, /set metrics\.enabled to true as well/],
  [{ metrics: { serviceMonitor: { enabled: true } } }, /set metrics\.enabled to true as well/],
  [{ ...scaled, autoscaling: { enabled: true, kind: 'keda' } }, /set autoscaling\.prometheusAddress/],
  [{ ...scaled, autoscaling: { enabled: true, minReplicas: 5, maxReplicas: 4 } }, /minReplicas is above/],
  [{ ingress: { enabled: true } }, /a name in ingress\.hosts/],
  [{ httpRoute: { enabled: true } }, /a Gateway in httpRoute\.parentRefs/],
  [
    { secrets: { adminSecret: { existingSecret: 'a', value: givenSecrets.adminSecret } } },
    /secrets\.adminSecret has both/,
  ],
  [{ config: { port: 8080 } }, /config\.port is set by the chart: use port/],
  [{ config: { host: '::' } }, /config\.host is set by the chart: use listenHost/],
  [{ config: { data_dir: '/x' } }, /config\.data_dir is set by the chart/],
  [{ config: { shutdown_grace_ms: '1m' } }, /use shutdown\.graceSeconds/],
  [{ config: { shutdown_delay_ms: 1 } }, /use shutdown\.delaySeconds/],
  [
    { ...scaled, autoscaling: { enabled: true }, config: { limits: { max_orders_in_flight: '${MOST}' } } },
    /max_orders_in_flight: write it as a number/,
  ],
  [{ config: { metrics: { listen: '0.0.0.0:9' } } }, /config\.metrics\.listen is set by the chart/],
  [{ config: { database: { migrate: true } } }, /config\.database is set by the chart/],
  [
    { config: { upstreams: [{ name: 'a', api_key: 'clear' }] } },
    /everybody to read: upstreams\[0\]\.api_key\./,
  ],
  [
    { config: { upstreams: [{ name: 'a', headers: { authorization: 'clear' } }] } },
    /upstreams\[0\]\.headers\.authorization/,
  ],
  [
    { config: { webhooks: { endpoints: [{ url: 'https://a.example', secret: 'x' }] } } },
    /endpoints\[0\]\.secret, webhooks\.endpoints\[0\]\.url/,
  ],
  [{ config: { proxy: { https: 'http://me:clear@proxy:3128' } } }, /everybody to read: proxy\.https/],
  [{ config: { limts: {} } }, /limts/],
  [{ config: { limits: { max_order_in_flight: 5 } } }, /max_order_in_flight/],
  [{ replicas: 3 }, /replicas/],
  [{ ingress: { host: 'a' } }, /host/],
  [{ replicaCount: 'three' }, /replicaCount/],
  [{ secrets: { adminSecret: { value: 'short' } } }, /adminSecret/],
  [{ secrets: { databaseUrl: { value: 'mysql://a' } } }, /databaseUrl/],
  [{ service: { type: 'ExternalName' } }, /type/],
];
