/** What closed orders used, by the UTC hour that they were admitted in. An amount is its billions and the rest. */
export interface UsageHoursTable extends UsageSums {
  hour_ms: number;
}

/** What the database itself adds up of `usage_hours`, by day of UTC. */
export interface UsageDaysTable extends UsageSums {
  day_ms: number;
}

/** What a day that is over used, by quarter hours of UTC. */
export interface UsageQuartersTable extends Omit<UsageSums, 'key_id' | 'project_id'> {
  quarter_ms: number;
}

/** How many orders the quarters of a day are made of; they hold while the day has as many. */
export interface QuarterDaysTable {
  day_ms: number;
  orders: number;
  unknown_orders: number;
}

interface UsageSums {
  key_id: string;
  project_id: string;
  model: string;
  /** Empty where none was asked. */
  upstream: string;
  succeeded_orders: number;
  partial_orders: number;
  refused_orders: number;
  failed_orders: number;
  canceled_orders: number;
  unknown_orders: number;
  images_requested: number;
  images_delivered: number;
  input_tokens: number;
  input_tokens_billions: number;
  output_tokens: number;
  output_tokens_billions: number;
  output_image_tokens: number;
  output_image_tokens_billions: number;
  cost_micro_usd: number;
  cost_micro_usd_billions: number;
  charged_micro_usd: number;
  charged_micro_usd_billions: number;
}
