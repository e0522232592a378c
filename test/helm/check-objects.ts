import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { givenSecrets } from './cases.ts';
import { type KubeObject, must, only } from './objects.ts';

type Labels = Readonly<Record<string, string>>;
const repository = join(import.meta.dirname, '../..');

const matches = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([name, value]) => labels[name] === value);

/** What holds whatever the values are. */
export function checkObjects(objects: readonly KubeObject[]): void {
  checkSelectors(objects);
  checkPorts(objects);
  checkSecurity(objects);
  checkSecrets(objects);
  checkMigration(objects);
}

/** The server's pods are what every selector finds, and the migration's and the test's are not. */
function checkSelectors(objects: readonly KubeObject[]): void {
  const pods = only(objects, 'Deployment').spec?.template?.metadata.labels ?? {};
  const others = objects
    .filter(({ kind }) => kind === 'Job' || kind === 'Pod')
    .map(({ metadata, spec }) => spec?.template?.metadata.labels ?? metadata.labels ?? {});
  for (const { kind, metadata, spec } of objects) {
    if (!['Service', 'Deployment', 'PodDisruptionBudget', 'NetworkPolicy'].includes(kind)) continue;
    const chosen = spec?.podSelector ?? spec?.selector ?? {};
    const labels: Labels = chosen.matchLabels ?? (spec?.selector as Labels);
    must(Object.keys(labels).length >= 3, `${kind} ${metadata.name} selects by too little`);
    must(matches(labels, pods), `${kind} ${metadata.name} does not select the server's pods`);
    must(!others.some((other) => matches(labels, other)), `${kind} ${metadata.name} selects other pods`);
  }
  for (const { metadata, spec } of objects.filter(({ kind }) => kind === 'ServiceMonitor')) {
    const services = objects.filter(
      ({ kind, metadata: { labels = {} } }) =>
        kind === 'Service' && matches(spec?.selector?.matchLabels ?? {}, labels),
    );
    must(services.length === 1, `ServiceMonitor ${metadata.name} selects ${services.length} Services`);
    must(services[0]?.spec?.ports?.[0]?.name === 'metrics', 'the ServiceMonitor selects the wrong Service');
  }
}

function checkPorts(objects: readonly KubeObject[]): void {
  const server = only(objects, 'Deployment').spec?.template?.spec.containers[0];
  const ports = new Map(server?.ports?.map(({ name, containerPort }) => [name, containerPort]));
  const env = new Map(server?.env?.map(({ name, value }) => [name, value]));
  must(env.get('PLANTAIN_PORT') === String(ports.get('http')), 'the server listens elsewhere');
  const metrics = env.get('PLANTAIN_METRICS_LISTEN');
  must(metrics?.split(':').at(-1) === ports.get('metrics')?.toString(), 'the metrics are elsewhere');
  for (const probe of [server?.startupProbe, server?.livenessProbe, server?.readinessProbe])
    must(probe === undefined || probe.httpGet.port === 'http', 'a probe asks elsewhere');
  must((server?.readinessProbe?.httpGet.path ?? '/readyz') === '/readyz', 'readiness is asked elsewhere');
  for (const { spec } of objects.filter(({ kind }) => kind === 'Service'))
    for (const { targetPort } of spec?.ports ?? []) must(ports.has(targetPort), `no port ${targetPort}`);
}

function checkSecurity(objects: readonly KubeObject[]): void {
  const specs = objects.map(({ kind, spec }) => (kind === 'Pod' ? spec : spec?.template?.spec));
  for (const spec of specs.filter((one) => one !== undefined)) {
    must(spec.automountServiceAccountToken === false, 'a token is mounted');
    must(String(spec.securityContext?.['runAsNonRoot']) === 'true', 'a pod may run as root');
    const own = spec.containers?.find(({ name }) => ['plantain', 'migrate', 'ready'].includes(name));
    const expected = {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    };
    must(isDeepStrictEqual(own?.securityContext, expected), `${own?.name} may do more than it needs`);
  }
}

/** What is secret stands in Secrets alone, encoded or not. */
function checkSecrets(objects: readonly KubeObject[]): void {
  const open = JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'));
  for (const [name, value] of Object.entries(givenSecrets)) {
    must(!open.includes(value), `${name} stands in clear`);
    must(!open.includes(Buffer.from(value).toString('base64')), `${name} stands outside of a Secret`);
  }
  const generated = objects.find(
    ({ kind, metadata }) => kind === 'Secret' && metadata.annotations === undefined,
  );
  for (const data of Object.values(generated?.data ?? {}))
    must(!open.includes(data), 'a secret stands outside of a Secret');
  // Every key that a pod of the release takes from a Secret of the chart is in it.
  const own = new Map(
    objects.filter(({ kind }) => kind === 'Secret').map(({ metadata, data }) => [metadata.name, data]),
  );
  for (const { spec } of objects)
    for (const { env = [] } of spec?.template?.spec.containers ?? [])
      for (const { name, valueFrom } of env) {
        const from = valueFrom?.secretKeyRef;
        const data = from && own.get(from.name);
        must(data === undefined || data[from?.key ?? ''] !== undefined, `${name} is not in the Secret`);
      }
}

/** A migration starts before everything else, and needs nothing that comes later. */
function checkMigration(objects: readonly KubeObject[]): void {
  const server = only(objects, 'Deployment').spec?.template?.spec.containers[0];
  const onPostgres = server?.env?.some(({ name }) => name === 'DATABASE_URL') ?? false;
  const byServer = server?.env?.find(({ name }) => name === 'PLANTAIN_DATABASE_MIGRATE')?.value;
  const jobs = objects.filter(({ kind }) => kind === 'Job');
  must(jobs.length === (onPostgres && byServer === 'false' ? 1 : 0), `${jobs.length} migrations`);
  for (const { metadata, spec } of jobs) {
    const { annotations = {} } = metadata;
    must(annotations['helm.sh/hook'] === 'pre-install,pre-upgrade', 'the migration is no hook');
    must(metadata.name.endsWith('-7'), 'the migration of each revision has a name of its own');
    const pod = spec?.template?.spec;
    must(pod?.containers[0]?.args?.join(' ') === 'migrate --wait 60s', 'the migration runs something else');
    const early = objects.filter(
      (one) =>
        one.metadata.annotations?.['helm.sh/hook'] === 'pre-install,pre-upgrade' &&
        Number(one.metadata.annotations['helm.sh/hook-weight']) < Number(annotations['helm.sh/hook-weight']),
    );
    const late = objects.filter((one) => one.metadata.annotations?.['helm.sh/hook'] === undefined);
    const needed = JSON.stringify(
      pod?.containers[0]?.env?.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
    );
    for (const { kind, metadata: other } of late.filter(
      ({ kind }) => kind === 'Secret' || kind === 'ConfigMap',
    )) {
      must(
        !needed.includes(`"${other.name}"`),
        `the migration needs ${kind} ${other.name}, which comes later`,
      );
    }
    const made = late.find(({ kind }) => kind === 'ServiceAccount')?.metadata.name;
    must(pod?.serviceAccountName !== made, 'the migration needs an account that comes later');
    const databaseUrl = pod?.containers[0]?.env?.find(({ name }) => name === 'DATABASE_URL')?.valueFrom
      ?.secretKeyRef;
    const isOurs = databaseUrl?.name.endsWith('-migrate') ?? false;
    must(isOurs === early.some(({ kind }) => kind === 'Secret'), 'the migration has no Secret');
  }
}

/** What the cases are there for. */
export const caseChecks: Readonly<Record<string, (objects: readonly KubeObject[]) => void>> = {
  default(objects) {
    const { spec } = only(objects, 'Deployment');
    must(spec?.strategy?.type === 'Recreate' && spec.replicas === 1, 'SQLite is for one server');
    must(spec.template?.spec.terminationGracePeriodSeconds === 45, 'the pod is killed too early');
    only(objects, 'PersistentVolumeClaim');
    const kinds = new Set(objects.map(({ kind }) => kind));
    must(
      kinds.isDisjointFrom(
        new Set(['PodDisruptionBudget', 'NetworkPolicy', 'ServiceMonitor', 'Ingress', 'HTTPRoute']),
      ),
      'too much by default',
    );
  },
  'PostgreSQL, three servers'(objects) {
    const { spec } = only(objects, 'Deployment');
    must(spec?.strategy?.type === 'RollingUpdate' && spec.replicas === 3, 'no rolling update');
    only(objects, 'PodDisruptionBudget');
    must(!objects.some(({ kind }) => kind === 'PersistentVolumeClaim'), 'servers share a volume');
    must(JSON.stringify(spec).includes('"topologySpreadConstraints"'), 'servers are not spread');
  },
  'PostgreSQL, a disk of its own'(objects) {
    must(only(objects, 'Deployment').spec?.strategy?.type === 'Recreate', 'two servers at one volume');
    only(objects, 'PersistentVolumeClaim');
  },
  'everything on'(objects) {
    must(only(objects, 'Deployment').spec?.replicas === undefined, 'replicas are set against the autoscaler');
    const target = only(objects, 'HorizontalPodAutoscaler').spec?.metrics?.[0]?.pods.target.averageValue;
    must(target === '300', `60 % of 500 orders are ${target}`);
    const rules: unknown = parse(readFileSync(join(repository, 'deploy/prometheus/rules.yaml'), 'utf8'));
    must(isDeepStrictEqual(only(objects, 'PrometheusRule').spec, rules), 'the alerts are others');
    const dashboard = only(objects, 'ConfigMap', /-dashboard$/).data?.['plantain.json'] ?? '';
    const original = readFileSync(join(repository, 'deploy/grafana/plantain.json'), 'utf8');
    must(isDeepStrictEqual(JSON.parse(dashboard), JSON.parse(original)), 'the dashboard is another');
    for (const kind of ['NetworkPolicy', 'Ingress', 'HTTPRoute', 'ServiceMonitor', 'PodDisruptionBudget'])
      only(objects, kind);
  },
  KEDA(objects) {
    must(
      JSON.stringify(only(objects, 'ScaledObject')).includes('"threshold":"1200"'),
      '60 % of 2000 orders are 1200',
    );
  },
  'SQLite without a volume, no probes'(objects) {
    must(!objects.some(({ kind }) => kind === 'PersistentVolumeClaim'), 'a volume');
    must(
      only(objects, 'Deployment').spec?.template?.spec.containers[0]?.livenessProbe === undefined,
      'a probe',
    );
  },
  'a claim and an account of theirs'(objects) {
    must(
      !objects.some(({ kind }) => kind === 'PersistentVolumeClaim' || kind === 'ServiceAccount'),
      'made all the same',
    );
  },
};
