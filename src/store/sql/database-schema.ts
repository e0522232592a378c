/**
 * The tables as Kysely sees them. Money is whole micro-USD, times are milliseconds since the epoch, yes and no
 * are 1 and 0, key hashes are bytes. A database whose driver hands 64-bit columns back as text (PostgreSQL's
 * does) has to be told to read them as numbers; sums and counts are turned into numbers by the queries.
 */
export interface Database {
  api_keys: ApiKeysTable;
  ledger: LedgerTable;
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
