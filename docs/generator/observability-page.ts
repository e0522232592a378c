import { type MetricDefinition, metricTable } from '../../src/observe/metrics/metric-table.ts';
import { generatedNote } from './generated-note.ts';
import { markdownTable } from './markdown-table.ts';
import { tracesSection } from './traces-section.ts';

/** docs/observability.md: metrics, the dashboard, alerts, traces, and what the log's fields are called elsewhere. */
export function observabilityPage(): string {
  const rows = Object.entries<MetricDefinition>(metricTable).map(([name, { type, labels, help }]) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    help,
  ]);
  return `# Seeing inside

${generatedNote('src/observe/metrics/metric-table.ts', 'docs/generator/observability-page.ts')}

[The log](operating.md#the-log) has a line an order. Metrics, for Prometheus and what reads its format, are off until you say who
may read them, and [traces](#traces) until a collector is named; until then nothing of them is loaded and nothing is counted. Counting takes about 10 µs of processor time an order, and a
scrape about half a millisecond.

## Who may read the metrics

| setting | what it opens |
|---|---|
| [\`metrics.listen\`](configuration.md#metricslisten) | \`/metrics\` on an address of its own, such as \`127.0.0.1:9464\`, without a token: for a network that only your monitoring reaches |
| [\`metrics.token\`](configuration.md#metricstoken) | \`/metrics\` on the main address, for \`Authorization: Bearer <token>\`; to everybody else the path is not there |

\`\`\`yaml
metrics:
  listen: 127.0.0.1:9464
\`\`\`

[\`deploy/prometheus/prometheus.yaml\`](../deploy/prometheus/prometheus.yaml) is a Prometheus that scrapes it, and
[\`deploy/grafana/plantain.json\`](../deploy/grafana/plantain.json) a dashboard to import into Grafana.

## The metrics

${markdownTable(['metric', 'kind', 'labels', 'what it is'], rows)}

**Labels** come from short lists of Plantain's own, and from names in your configuration: never from a request. Keys, callers, orders and
paths are no labels. Each metric has a most of series, together 4,000; what comes beyond is counted under \`other\`. What single keys
cost is in [\`plantain usage\`](command-line.md#plantain-usage), and for those that [\`metrics.per_key\`](configuration.md#metricsper_key) names a
metric.

**Sums** are the ledger's: \`plantain_orders_total\` has one for each row, with the row's status as \`outcome\`, and
\`plantain_cost_usd_total\` is the rows' cost to the micro-dollar, since the server began. What the sandbox draws counts as in the ledger,
with \`upstream="sandbox"\`.

\`outcome\` is \`succeeded\`, \`partial\`, \`refused\` (by the upstream's safety system), \`failed\` or \`canceled\` (the caller left); \`error\`
is the code of [errors.md](errors.md). \`http_route\` is a pattern such as \`/v1/images/generations\`, and empty where no path is. A
status of 499 is a caller that left before its answer began. \`size\` is the tier: 512, 1K, 2K, 4K. \`limit\` is \`orders\` (in flight here),
\`open_orders\`, \`rate\`, \`images\`, \`end_users\`, \`budget\` or \`held_bytes\`; a key that has ended, or that may not ask for a model, is refused
before any limit is looked at and counts among the requests with a status of 401 or 404.

## Alerts

[\`deploy/prometheus/rules.yaml\`](../deploy/prometheus/rules.yaml) keeps one objective: of a hundred orders that are answered, 99 end
well. A refusal by the upstream's safety system and a mistake of the caller's are well; an error of ours or the upstream's is not. Two
windows each, after Google's workbook on reliability, and no page for one failed order of two at night.

## When an alert comes

| alert | what to do |
|---|---|
| \`PlantainErrorBudgetFast\`, \`Slow\`, \`Drip\` | \`topk(5, sum by (error) (rate(plantain_orders_total{outcome="failed"}[1h])))\` says which [error](errors.md) it is; \`plantain orders list\` which orders |
| \`PlantainUpstreamOut\`, \`NoUpstreamLeft\` | [\`plantain upstreams list\`](operating.md#upstreams) tells the reason: a credential, credit or place that somebody has to see to |
| \`PlantainSaturated\` | more servers, or more for [\`limits.max_orders_in_flight\`](configuration.md#limitsmax_orders_in_flight) or [\`limits.max_held_bytes\`](configuration.md#limitsmax_held_bytes) |
| \`PlantainOverheadHigh\` | the panels of Plantain itself: which step, whether conversions wait, whether the ledger is slow |
| \`PlantainLedgerUnknown\` | a server died under orders: \`plantain orders list --status unknown\`, and the log of that server |
| \`PlantainSpendJump\` | \`plantain usage --by key\`; [limits](budgets.md) keep it from coming again |
| \`PlantainDiskLow\` | stored pictures go after [\`links.retention_hours\`](configuration.md#linksretention_hours); a bucket has [more room](storage.md) |
| \`PlantainDown\` | the process, its address, and whether [\`metrics.listen\`](configuration.md#metricslisten) is reached |

${tracesSection}
## The log's fields elsewhere

The log's names are its own. This is what they are called by OpenTelemetry and by Elastic's common schema, for those who gather logs:

| here | OpenTelemetry | ECS |
|---|---|---|
| \`time\`, \`level\`, \`msg\` | Timestamp, SeverityNumber (30 is INFO, 9), Body | \`@timestamp\`, \`log.level\`, \`message\` |
| \`event\` | \`event.name\` | \`event.action\` |
| \`order\`, \`request\` | \`plantain.order.id\` | \`http.request.id\` |
| \`key\`, \`client\` | \`plantain.key.id\`, \`client.address\` | \`user.id\`, \`client.address\` |
| \`upstream\`, \`model\` | \`plantain.upstream\`, \`gen_ai.request.model\` | \`service.target.name\`, \`labels.model\` |
| \`status\` | \`http.response.status_code\` | \`http.response.status_code\` |
| \`durationMs\` | the span's duration | \`event.duration\`, in nanoseconds |
| \`bytesOut\` | \`http.response.body.size\` | \`http.response.body.bytes\` |
| \`error\`, \`cause\` | \`error.type\`, \`exception.message\` | \`error.code\`, \`error.message\` |
| \`trace_id\`, \`span_id\` | TraceId, SpanId | \`trace.id\`, \`span.id\` |
| \`costMicroUsd\` | \`plantain.cost.micro_usd\` | \`labels.cost_micro_usd\` |
`;
}
