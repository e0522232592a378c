/**
 * The tables as Kysely sees them. Money is whole micro-USD, times are milliseconds since the epoch, yes and no
 * are 1 and 0, key hashes are bytes. A database whose driver hands 64-bit columns back as text (PostgreSQL's
 * does) has to be told to read them as numbers; sums and counts are turned into numbers by the queries.
 */
export interface Database {
  api_keys: ApiKeysTable;
  ledger: LedgerTable;
  attempts: AttemptsTable;
  claims: ClaimsTable;
}

export interface ApiKeysTable {
  id: string;
  name: string;
  hint: string;
  /** SHA-256 of the key. */
  hash: Uint8Array;
  created_at_ms: number;
  revoked_at_ms: number | null;
  replaced_by: string | null;
  strict: number;
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
}
