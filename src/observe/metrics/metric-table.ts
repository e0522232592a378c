/** Steps of our own, in seconds. */
const ourSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
/** Pictures, in seconds: the upper bound lies past every deadline that is usual. */
const pictureSeconds = [0.25, 0.5, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300] as const;

/** What a metric is and says. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What it means, and what it does not count. */
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
  /**
   * The most combinations of labels that have series of their own. What comes beyond them is counted under `other` in every
   * label: the number of series is bounded whatever names there are, and nothing goes uncounted.
   */
  readonly maxCombinations: number;
}

const counter = <const Labels extends readonly string[] = []>(
  help: string,
  labels?: Labels,
  maxCombinations = 1,
) => ({ type: 'counter' as const, help, labels: labels ?? ([] as unknown as Labels), maxCombinations });
const gauge = <const Labels extends readonly string[] = []>(
  help: string,
  labels?: Labels,
  maxCombinations = 1,
) => ({ type: 'gauge' as const, help, labels: labels ?? ([] as unknown as Labels), maxCombinations });
const histogram = <const Labels extends readonly string[] = []>(
  help: string,
  buckets: readonly number[],
  labels?: Labels,
  maxCombinations = 1,
) => ({
  type: 'histogram' as const,
  help,
  labels: labels ?? ([] as unknown as Labels),
  buckets,
  maxCombinations,
});

/** Every metric, by its name. A name and its labels are a contract with those who build alerts on them. */
export const metricTable = {
  http_server_request_duration_seconds: histogram(
    'HTTP requests, from their head to the last byte of the answer. The health checks and the metrics themselves are not counted.',
    ourSeconds,
    ['http_request_method', 'http_route', 'http_response_status_code'],
    50,
  ),
  http_server_active_requests: gauge('HTTP requests under way.', ['http_request_method'], 8),
  plantain_orders_total: counter(
    'Orders that were admitted and have ended; each is one row of the ledger. Requests refused before that are not counted.',
    ['operation', 'model', 'outcome', 'error'],
    240,
  ),
  plantain_order_duration_seconds: histogram(
    'Orders that were admitted, from the arrival of the request until everything is ready to be sent.',
    pictureSeconds,
    ['operation', 'size', 'outcome'],
    48,
  ),
  plantain_order_stage_seconds: histogram(
    'Each step of an order. In draw, finish and keep several pictures of an order may be at work at once.',
    ourSeconds,
    ['stage'],
    9,
  ),
  plantain_overhead_seconds: histogram(
    'Of an admitted order, what was not the upstream: from admission to the end, less the time from its first call to the end of its last.',
    ourSeconds,
  ),
  plantain_images_total: counter('Pictures delivered.', ['model', 'size', 'delivery'], 100),
  plantain_tokens_total: counter(
    'Tokens that calls were priced by, estimates included.',
    ['model', 'direction', 'modality'],
    120,
  ),
  plantain_cost_usd_total: counter(
    'What calls cost, in dollars, by the model and the upstream that were asked. What the sandbox draws would have cost it.',
    ['model', 'upstream'],
    120,
  ),
  plantain_key_cost_usd_total: counter(
    'What the orders of the keys named by metrics.per_key cost, in dollars.',
    ['key'],
    50,
  ),
  plantain_reserved_usd: gauge('What open orders have reserved, in dollars.'),
  plantain_orders_in_flight: gauge('Orders admitted and not settled, and tokens being counted.'),
  plantain_orders_in_flight_limit: gauge('The most of them at once: limits.max_orders_in_flight.'),
  plantain_admissions_refused_total: counter(
    'Orders that were not admitted because of a limit.',
    ['limit'],
    8,
  ),
  plantain_adaptations_total: counter(
    'Fields of requests that were not followed to the letter.',
    ['parameter'],
    60,
  ),
  plantain_upstream_attempts_total: counter(
    'Calls of upstreams by what followed: answered, refused by its safety system, the same upstream asked again, another one asked, or given up.',
    ['upstream', 'model', 'verdict'],
    240,
  ),
  plantain_upstream_duration_seconds: histogram(
    'Calls of upstreams, from their beginning to the last byte. An error is of the catalogue.',
    pictureSeconds,
    ['upstream', 'size', 'error'],
    32,
  ),
  plantain_upstream_health: gauge(
    '1 for the state that an upstream is in, 0 for the others.',
    ['upstream', 'state'],
    150,
  ),
  plantain_upstream_connections: gauge(
    'Connections to an upstream: open and at work, open and idle. Those through a proxy are not counted.',
    ['upstream', 'state'],
    100,
  ),
  plantain_upstream_calls_in_flight: gauge('Calls under way at an upstream.', ['upstream'], 50),
  plantain_held_bytes: gauge('Bytes that orders hold in memory.'),
  plantain_held_bytes_limit: gauge('The most of them: limits.max_held_bytes.'),
  plantain_reads_waiting: gauge('Uploads and answers that wait for memory before more of them is read.'),
  plantain_reads_paused_total: counter('How often an upload or an answer had to wait for memory.'),
  plantain_conversions_waiting: gauge('Pictures that wait to be decoded or converted.'),
  plantain_conversion_seconds: histogram(
    'Decoding, masking and converting a picture, without the wait for its turn.',
    ourSeconds,
    ['kind'],
    2,
  ),
  plantain_ledger_commit_seconds: histogram(
    'Until an order was written into the ledger, at its admission and at its end.',
    ourSeconds,
  ),
  plantain_ledger_unknown_total: counter(
    'Orders that a server left open when it died, closed at the price that was reserved.',
  ),
  plantain_store_bytes: gauge(
    'Size of what is stored. A PostgreSQL database is not counted, and pictures are as of the last look at them, every quarter of an hour.',
    ['what'],
    2,
  ),
  plantain_store_free_bytes: gauge('Room that is left where the data folder lies.'),
  plantain_gallery_pictures: gauge(
    'Pictures that are stored behind links, as of the last look at them, every quarter of an hour.',
  ),
  plantain_gallery_swept_total: counter('Stored pictures removed because their time was over.'),
  plantain_idempotent_total: counter(
    'Requests that were sent twice: answered with the earlier order, or refused for it.',
    ['how'],
    3,
  ),
  plantain_trace_spans_total: counter(
    'Spans of traces by what became of them: sent to the collector, rejected by it, failed to be sent, or dropped for want of room.',
    ['outcome'],
    4,
  ),
  plantain_build_info: gauge('1, with what is running.', ['version', 'node']),
  process_cpu_seconds_total: counter('Processor time, of the user and the system together.'),
  process_resident_memory_bytes: gauge('Memory of the process that is in RAM.'),
  process_start_time_seconds: gauge('When the process began, in seconds since 1970.'),
  process_open_fds: gauge('Open file descriptors; on Linux alone.'),
  nodejs_eventloop_lag_p99_seconds: gauge(
    'Of the delays of the event loop since the last scrape, the 99th percentile.',
  ),
  nodejs_gc_duration_seconds: histogram('Pauses of garbage collection.', [0.001, 0.01, 0.1, 1], ['kind'], 4),
  nodejs_heap_size_used_bytes: gauge('Heap of JavaScript that is in use.'),
  nodejs_heap_size_total_bytes: gauge('Heap of JavaScript that is reserved.'),
  nodejs_external_memory_bytes: gauge('Memory outside the heap that JavaScript holds, buffers among them.'),
} satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof metricTable;

/** The labels of a metric, each with its value. */
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<(typeof metricTable)[Name]['labels'][number], string>
>;

/** Names of the metrics of one type. */
export type MetricsOfType<Type extends MetricDefinition['type']> = {
  [Name in MetricName]: (typeof metricTable)[Name]['type'] extends Type ? Name : never;
}[MetricName];
