import { namedValues } from './named-values.ts';
import { section } from './settings.ts';
import { duration, httpUrl, matching, oneOf, share, yesOrNo } from './value-kinds.ts';

/** Where traces are sent, and what of them. The variables of OpenTelemetry's own are read beside Plantain's. */
export const tracingSection = () =>
  section({
    endpoint: httpUrl()
      .optional()
      .meta({
        description:
          'Address of an OpenTelemetry collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; `/v1/traces` is added. Without it, and without the next, nothing is traced.',
        defaultText: 'none: no traces',
        alsoEnv: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
      }),
    tracesEndpoint: httpUrl()
      .optional()
      .meta({
        description: 'The same address in full, taken as it is; it counts before `tracing.endpoint`.',
        defaultText: 'none',
        alsoEnv: ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
      }),
    headers: namedValues(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, /^[\x20-\x7e]*$/)
      .default({})
      .meta({
        description:
          'Headers for the collector, such as `authorization=Bearer%20…`; values are percent-encoded.',
        defaultText: 'none',
        alsoEnv: ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'],
        secret: true,
      }),
    protocol: oneOf(['http/protobuf', 'http/json'])
      .default('http/protobuf')
      .meta({
        description:
          'How traces are written. OTLP over gRPC is not spoken: collectors take HTTP on port 4318.',
        alsoEnv: ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'],
      }),
    compression: oneOf(['none', 'gzip'])
      .default('none')
      .meta({
        description: 'How what is sent is compressed.',
        alsoEnv: ['OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'OTEL_EXPORTER_OTLP_COMPRESSION'],
      }),
    timeoutMs: duration('ms', 100, 60_000)
      .default(10_000)
      .meta({
        description: 'How long a batch is tried to be sent, with all its tries; then it is given up.',
        alsoEnv: ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT'],
      }),
    serviceName: matching(/^[^\0]{1,255}$/, 'a name')
      .optional()
      .meta({
        description:
          '`service.name` of the traces; it counts before the one among `tracing.resource_attributes`.',
        defaultText: 'plantain',
        alsoEnv: ['OTEL_SERVICE_NAME'],
      }),
    resourceAttributes: namedValues(/^[^\s=,]{1,255}$/, /^[^\0]{0,255}$/)
      .default({})
      .meta({
        description:
          'What else every trace says of this server, such as `deployment.environment.name=production`.',
        defaultText: 'none',
        alsoEnv: ['OTEL_RESOURCE_ATTRIBUTES'],
      }),
    exporter: oneOf(['otlp', 'none'])
      .default('otlp')
      .meta({
        description: 'none sends no traces, whatever address is set.',
        alsoEnv: ['OTEL_TRACES_EXPORTER'],
      }),
    disabled: yesOrNo()
      .default(false)
      .meta({ description: 'Switches all of OpenTelemetry off.', alsoEnv: ['OTEL_SDK_DISABLED'] }),
    sampler: oneOf([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
      .default('parentbased_traceidratio')
      .meta({ description: 'Which requests are traced.', alsoEnv: ['OTEL_TRACES_SAMPLER'] }),
    samplerArg: share()
      .default(1)
      .meta({
        description: 'Share of the traces that the samplers named `traceidratio` keep.',
        alsoEnv: ['OTEL_TRACES_SAMPLER_ARG'],
      }),
    trustCallers: yesOrNo()
      .default(false)
      .describe(
        'Go on with the trace that a caller names in `traceparent`. Else only with those of proxies that `trust_proxy` names; of others a new trace begins, with a link to theirs.',
      ),
    propagate: yesOrNo()
      .default(false)
      .describe('Name the trace to upstreams in `traceparent`: they may be another company’s.'),
    clientAddress: yesOrNo().default(false).describe('Put the address of the caller into the traces.'),
  });
