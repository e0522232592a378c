import type {
  QuarterDaysTable,
  UsageDaysTable,
  UsageHoursTable,
  UsageQuartersTable,
} from './usage-tables.ts';

/**
 * The tables as Kysely sees them. Money is whole micro-USD, times are milliseconds since the epoch, yes and no
 * are 1 and 0, key hashes are bytes. A database whose driver hands 64-bit columns back as text (PostgreSQL's
 * does) has to be told to read them as numbers; sums and counts are turned into numbers by the queries.
 */
export interface Database {
  projects: ProjectsTable;
  api_keys: ApiKeysTable;
  key_secrets: KeySecretsTable;
  allowances: AllowancesTable;
  adjustments: AdjustmentsTable;
  audit: AuditTable;
  alerts: AlertsTable;
  webhook_deliveries: WebhookDeliveriesTable;
  webhook_endpoints: WebhookEndpointsTable;
  book_state: BookStateTable;
  instances: InstancesTable;
  ledger: LedgerTable;
  attempts: AttemptsTable;
  claims: ClaimsTable;
  usage_hours: UsageHoursTable;
  usage_days: UsageDaysTable;
  usage_quarters: UsageQuartersTable;
  quarter_days: QuarterDaysTable;
  console_sessions: ConsoleSessionsTable;
}

export interface ProjectsTable {
  id: string;
  name: string;
  created_at_ms: number;
  archived_at_ms: number | null;
  /** JSON of limits for new keys. */
  key_defaults: string | null;
  /** Null: what orders cost is charged. */
  markup_basis_points: number | null;
}

export interface ApiKeysTable {
  id: string;
  project_id: string;
  name: string;
  strict: number;
  created_at_ms: number;
  expires_at_ms: number | null;
  revoked_at_ms: number | null;
  disabled_at_ms: number | null;
  /** JSON lists; null: any. */
  allowed_models: string | null;
  allowed_addresses: string | null;
  /** JSON object. */
  tags: string | null;
}

export interface KeySecretsTable {
  /** SHA-256 of the secret. */
  hash: Uint8Array;
  key_id: string;
  hint: string;
  created_at_ms: number;
  valid_until_ms: number | null;
}

/** Limits, null where there is none, and what is used. */
export interface AllowancesTable {
  id: string;
  max_open: number | null;
  requests_per_minute: number | null;
  images_per_minute: number | null;
  images_per_day: number | null;
  day_micro_usd: number | null;
  month_micro_usd: number | null;
  total_micro_usd: number | null;
  open_orders: number;
  requests_tat_us: number;
  images_tat_us: number;
  day_start_ms: number;
  day_images: number;
  day_used_micro_usd: number;
  month_start_ms: number;
  month_used_micro_usd: number;
  total_used_micro_usd: number;
  /** JSON list of percents; null: those of the configuration. */
  alert_at: string | null;
  /** JSON of what was told of its limits. */
  alerts_told: string | null;
  /** Of a template: how many have counters of their own. */
  end_users: number;
  /** Of a key or project: 1 once one of its models or end users has an allowance of its own. */
  has_parts: number;
}

/** What was told of limits, or is yet to be. */
export interface AlertsTable {
  id: string;
  type: string;
  allowance_id: string;
  end_user: string | null;
  limit_name: string;
  allowed: number;
  used: number;
  percent: number | null;
  requested: number | null;
  period_start_ms: number | null;
  resets_at_ms: number | null;
  at_ms: number;
  told_at_ms: number | null;
}

/** What is yet to be sent to a receiver. A row that is being sent is due again later, should its sender die. */
export interface WebhookDeliveriesTable {
  event_id: string;
  endpoint: string;
  type: string;
  body: string;
  created_at_ms: number;
  attempts: number;
  next_at_ms: number;
}

/** How receivers are, by their names in the configuration. */
export interface WebhookEndpointsTable {
  name: string;
  delivered_at_ms: number | null;
  /** Of the first failure since the last delivery. */
  failing_since_ms: number | null;
  last_failure: string | null;
  disabled_at_ms: number | null;
}

/** Credits and corrections, by whom and why. Rows are only ever added. */
export interface AdjustmentsTable {
  id: string;
  allowance_id: string;
  amount_micro_usd: number;
  reason: string;
  actor: string;
  at_ms: number;
  /** Of the request that made it, so that it is made once. */
  idempotency_key: string | null;
}

/** Changes made by operators. Rows are added, and those that are too old go. */
export interface AuditTable {
  id: string;
  at_ms: number;
  actor: string;
  /** Whose session it was. */
  who: string | null;
  action: string;
  subject: string;
  /** JSON objects of what the change is about, without secrets. */
  before: string | null;
  after: string | null;
  address: string | null;
  request_id: string | null;
}

/** What the book as a whole has to remember, such as the time zone that its days were counted in. */
export interface BookStateTable {
  name: string;
  value: string;
}

/** A process that shares the database; dead when its heart has not beaten for a while, or it ended. */
export interface InstancesTable {
  id: string;
  started_at_ms: number;
  heartbeat_at_ms: number;
  ended_at_ms: number | null;
  version: string;
}

export interface LedgerTable {
  id: string;
  key_id: string;
  operation: string;
  model: string;
  requested_model: string;
  upstream: string | null;
  status: string;
  error_code: string | null;
  images_requested: number;
  images_delivered: number;
  input_tokens: number;
  output_tokens: number;
  output_image_tokens: number;
  usage_source: string;
  reserved_micro_usd: number;
  cost_micro_usd: number;
  bytes_out: number;
  attempts: number;
  created_at_ms: number;
  finished_at_ms: number | null;
  end_user: string | null;
  project_id: string;
  /** The process that has it open. */
  instance_id: string | null;
  /** When it was closed without knowing what became of it. */
  lost_at_ms: number | null;
  /** Of its project when it was admitted. */
  markup_basis_points: number | null;
  /** Null: what it cost. */
  charged_micro_usd: number | null;
}

/** The upstream calls of orders, counted from 1. */
export interface AttemptsTable {
  order_id: string;
  ordinal: number;
  upstream: string;
  model: string;
  started_at_ms: number;
  ended_at_ms: number;
  verdict: string;
  phase: string;
  fault: string | null;
  http_status: number | null;
  error_code: string | null;
  input_tokens: number;
  output_tokens: number;
  output_image_tokens: number;
  usage_source: string;
  cost_micro_usd: number;
  price_id: string | null;
  /** As JSON. */
  price_lines: string | null;
}

/** Requests that may be sent twice, by the ids of their orders. */
export interface ClaimsTable {
  id: string;
  key_id: string;
  idempotency_key: string | null;
  fingerprint: string;
  state: string;
  /** Status and headers of the answer, as JSON. */
  answer_head: string | null;
  /** Of the blob with its body. */
  body_name: string | null;
  size_bytes: number;
  created_at_ms: number;
  ended_at_ms: number | null;
  expires_at_ms: number | null;
  /** The process that made it. */
  instance_id: string | null;
}

/** Browsers that are signed in at the console, by the SHA-256 of what they hold. */
export interface ConsoleSessionsTable {
  hash: Uint8Array;
  id: string;
  role: string;
  name: string;
  created_at_ms: number;
  seen_at_ms: number;
  expires_at_ms: number;
  address: string;
  user_agent: string;
  secret_mark: string;
  /** Sealed; null where no identity provider is to be told. */
  sign_out: string | null;
}
