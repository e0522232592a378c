/** The part of docs/observability.md about traces. */
export const tracesSection = `## Traces

A trace shows one order from its request to its answer: which step took how long, which upstreams were asked, what each call came to.
They go to any collector that takes OTLP over HTTP, as OpenTelemetry's own, Jaeger and Tempo do. Until an address is set nothing of this
is loaded; with one, OpenTelemetry's SDK is, at the start.

\`\`\`yaml
tracing:
  endpoint: http://127.0.0.1:4318
\`\`\`

or \`OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318\` in the environment.

### Where they go

Jaeger takes them as it is, and shows them at port 16686:

\`\`\`yaml
# compose.yaml
services:
  jaeger:
    image: jaegertracing/jaeger
    ports: ["4318:4318", "16686:16686"]
\`\`\`

A collector that hands them on to Tempo, with what else you gather:

\`\`\`yaml
# config.yaml of the OpenTelemetry collector
receivers:
  otlp:
    protocols:
      http:
        endpoint: 0.0.0.0:4318
processors:
  batch: {}
exporters:
  otlp:
    endpoint: tempo:4317
    tls:
      insecure: true
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [otlp]
\`\`\`

### Settings

OpenTelemetry's variables mean here what they mean everywhere; each setting has a name of Plantain's as well, which counts first.

| variable | setting |
|---|---|
| \`OTEL_EXPORTER_OTLP_ENDPOINT\` | [\`tracing.endpoint\`](configuration.md#tracingendpoint) |
| \`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT\` | [\`tracing.traces_endpoint\`](configuration.md#tracingtraces_endpoint) |
| \`OTEL_EXPORTER_OTLP_TRACES_HEADERS\`, \`OTEL_EXPORTER_OTLP_HEADERS\` | [\`tracing.headers\`](configuration.md#tracingheaders) |
| \`OTEL_EXPORTER_OTLP_TRACES_PROTOCOL\`, \`OTEL_EXPORTER_OTLP_PROTOCOL\` | [\`tracing.protocol\`](configuration.md#tracingprotocol): \`http/protobuf\` or \`http/json\`; \`grpc\` is refused |
| \`OTEL_EXPORTER_OTLP_TRACES_COMPRESSION\`, \`OTEL_EXPORTER_OTLP_COMPRESSION\` | [\`tracing.compression\`](configuration.md#tracingcompression) |
| \`OTEL_EXPORTER_OTLP_TRACES_TIMEOUT\`, \`OTEL_EXPORTER_OTLP_TIMEOUT\` | [\`tracing.timeout_ms\`](configuration.md#tracingtimeout_ms) |
| \`OTEL_SERVICE_NAME\` | [\`tracing.service_name\`](configuration.md#tracingservice_name) |
| \`OTEL_RESOURCE_ATTRIBUTES\` | [\`tracing.resource_attributes\`](configuration.md#tracingresource_attributes) |
| \`OTEL_TRACES_SAMPLER\` | [\`tracing.sampler\`](configuration.md#tracingsampler): \`parentbased_traceidratio\` where it is not set |
| \`OTEL_TRACES_SAMPLER_ARG\` | [\`tracing.sampler_arg\`](configuration.md#tracingsampler_arg): 1, all of them, where it is not set |
| \`OTEL_TRACES_EXPORTER\` | [\`tracing.exporter\`](configuration.md#tracingexporter) |
| \`OTEL_SDK_DISABLED\` | [\`tracing.disabled\`](configuration.md#tracingdisabled) |

The collector is called through the [proxies](proxies.md) of the settings, as everybody is. A change of these settings waits for the next
start.

### Spans

| span | kind | what it says |
|---|---|---|
| \`POST /v1/images/generations\`, and as the other paths for pictures are called | server | \`http.request.method\`, \`http.route\`, \`url.scheme\`, \`url.path\`, \`http.response.status_code\`, \`network.protocol.version\`, \`user_agent.original\`, \`client.address\` (only with [\`tracing.client_address\`](configuration.md#tracingclient_address)), \`plantain.order.id\`, \`plantain.key.id\`, \`plantain.operation\`, \`gen_ai.request.model\`, \`plantain.images.requested\`, \`plantain.images.delivered\`, \`plantain.cost.micro_usd\`, \`plantain.order.replayed\` (of a request that was sent again), \`error.type\` |
| \`authenticate\`, \`read\`, \`prepare\`, \`admit\`, \`finish\`, \`keep\`, \`settle\`, \`write\` | internal | the steps of [the map](map.md), if one took more than a millisecond or failed; else it is an event of the request, with \`plantain.duration_ms\` |
| \`decode\`, \`guide\`, \`blend\`, \`convert\` | internal | work on pixels: \`plantain.image.width\`, \`plantain.image.height\`, \`plantain.image.format\` |
| \`draw\`, one a picture | internal | \`plantain.image.index\`, \`plantain.attempts\`, \`error.type\` |
| \`generate_content <model>\`, one a call | client | \`gen_ai.operation.name\`, \`gen_ai.provider.name\`, \`gen_ai.request.model\`, \`gen_ai.request.stream\`, \`gen_ai.output.type\`, \`gen_ai.usage.input_tokens\`, \`gen_ai.usage.output_tokens\`, \`gen_ai.usage.text.input_tokens\`, \`gen_ai.usage.image.input_tokens\`, \`gen_ai.usage.image.output_tokens\`, \`server.address\`, \`server.port\`, \`http.response.status_code\`, \`http.request.resend_count\`, \`error.type\`, \`plantain.upstream\`, \`plantain.attempt\`, \`plantain.wait_ms\`, \`plantain.verdict\`, \`plantain.phase\`, \`plantain.fault\` |

Calls stand below the \`draw\` of their picture, and each after the first has a link to the one before. \`plantain.wait_ms\` is how long a call
waited for its turn. \`plantain.verdict\` is what it came to: \`picture\`, \`refused\`, \`words\`, \`continued\` or \`failed\`. A call that failed has the
status *error*; a request has it when its answer is a 5xx; what a caller can cure, a refusal among it, is none. Orders of \`plantain generate\`
and \`plantain edit\` in their own process begin with a span \`local order\`. Health checks, lists of models, the admin API and the console
are not traced.

Names of generative AI follow OpenTelemetry's draft of September 2026, which every span says in \`plantain.semconv\`; it knows no drawing, so a
call is a \`generate_content\` with the output type \`image\`. Prompts, pictures and keys are in no span.

### Whose trace it is

A caller's \`traceparent\` is gone on with when a proxy sends it that [\`trust_proxy\`](configuration.md#trust_proxy) names, or with
[\`tracing.trust_callers\`](configuration.md#tracingtrust_callers). Anybody else's is only linked to: strangers do not decide what you keep. Upstreams
are told of the trace with [\`tracing.propagate\`](configuration.md#tracingpropagate) alone, and never of baggage. While traces are on, every line of
the log that belongs to a request has its \`trace_id\` and \`span_id\`.

### A collector in trouble

No order waits for one. At most 2,048 spans wait to be sent, in batches every five seconds; a batch that meets 429, 502, 503, 504 or no answer
is sent again until [\`tracing.timeout_ms\`](configuration.md#tracingtimeout_ms) is over. What is lost is counted in \`plantain_trace_spans_total\`, and told in
the log once a minute at most. A stop sends what waits, once, and gives a silent collector three seconds.
`;
