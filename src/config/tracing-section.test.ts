import { expect, test } from 'vitest';
import { withFiles } from '../../test/support/with-files.ts';
import { explainConfig } from './explain-config.ts';
import { loadConfig, readConfig } from './load-config.ts';

const tracing = (env: Record<string, string>) => loadConfig({ env, cwd: '/nowhere' }).config.tracing;
const problems = (env: Record<string, string>) => readConfig({ env, cwd: '/nowhere' }).problems;

test('OpenTelemetry’s own variables are read; the one for traces counts first, and Plantain’s before both', () => {
  const both = { OTEL_EXPORTER_OTLP_TIMEOUT: '1000', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2000' };
  expect(tracing(both).timeoutMs).toBe(2000);
  expect(tracing({ ...both, PLANTAIN_TRACING_TIMEOUT_MS: '3000' }).timeoutMs).toBe(3000);
  expect(
    tracing({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/otlp',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%3Db, x-team = pictures ,',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_SERVICE_NAME: 'pictures',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,service.name=other,k=a=b',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_SDK_DISABLED: 'true',
    }),
  ).toEqual({
    endpoint: 'http://collector:4318',
    tracesEndpoint: 'https://traces.example/otlp',
    headers: { authorization: 'Bearer a=b', 'x-team': 'pictures' },
    protocol: 'http/json',
    compression: 'gzip',
    timeoutMs: 10_000,
    serviceName: 'pictures',
    resourceAttributes: { 'deployment.environment.name': 'staging', 'service.name': 'other', k: 'a=b' },
    exporter: 'none',
    disabled: true,
    sampler: 'traceidratio',
    samplerArg: 0.25,
    trustCallers: false,
    propagate: false,
    clientAddress: false,
  });
});

test.each([
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'must be one of http/protobuf, http/json, not "grpc".'],
  [{ OTEL_TRACES_SAMPLER: 'xray' }, 'must be one of always_on,'],
  [{ OTEL_TRACES_SAMPLER_ARG: '1.5' }, 'must be a number from 0 to 1, not "1.5".'],
  [{ OTEL_TRACES_SAMPLER_ARG: 'half' }, 'must be a number from 0 to 1'],
  [
    { OTEL_EXPORTER_OTLP_HEADERS: 'a secret without a name' },
    'must be a list such as name=value,other=value.',
  ],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'x=%0d%0ay: z' }, 'must be a list such as name=value,other=value.'],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'x=%zz' }, 'must be a list such as name=value,other=value.'],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'a b=c' }, 'must be a list such as name=value,other=value.'],
  [
    { OTEL_RESOURCE_ATTRIBUTES: Array.from({ length: 65 }, (_, at) => `a${String(at)}=b`).join() },
    'must be a list such as',
  ],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, 'must be an http:// or https:// address'],
])('%o is told', (env, problem) => {
  const [told, ...more] = problems(env);
  expect(more).toEqual([]);
  expect(told).toContain(`${Object.keys(env)[0] ?? ''} ${problem}`);
});

test('in the file they are a group, and headers are shown by their names alone', () => {
  const text =
    'tracing:\n  endpoint: http://collector:4318\n  headers: { authorization: Bearer hush }\n  resource_attributes: { shards: 3 }\n';
  withFiles({ 'plantain.yaml': text }, (cwd) => {
    const loaded = loadConfig({ env: {}, cwd });
    expect(loaded.config.tracing.headers).toEqual({ authorization: 'Bearer hush' });
    expect(loaded.config.tracing.resourceAttributes).toEqual({ shards: '3' });
    const rows = explainConfig(loaded);
    expect(JSON.stringify(rows)).not.toContain('hush');
    expect(rows.find(({ field }) => field === 'tracing.headers')?.value).toBe('authorization=…');
  });
});
