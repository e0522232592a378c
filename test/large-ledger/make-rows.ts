import { randomBytes } from 'node:crypto';
import { idBound } from '../../src/kernel/ids.ts';
import type { LedgerTable } from '../../src/store/sql/database-schema.ts';

const keys = 1000;
const models = ['gemini-2.5-flash-image', 'gemini-nano-banana-2.1', 'gemini-3-pro-image-preview'];
const upstreams = ['gemini', 'vertex'];
const statuses = ['succeeded', 'succeeded', 'succeeded', 'succeeded', 'refused', 'failed'];
/** A year of them. */
export const yearMs = 365 * 86_400_000;

/**
 * Orders of a year in the order of their time, of a thousand keys: a few draw most of the pictures, as it is everywhere. A
 * key keeps to one model and one upstream, but for some orders.
 */
export function* yearOfOrders(count: number, endMs: number): Generator<LedgerTable> {
  // Numbers that look random and are the same each time.
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const tail = randomBytes(4).toString('hex');
  for (let index = 0; index < count; index++) {
    const atMs = Math.floor(endMs - yearMs + (index / count) * yearMs);
    const key = Math.floor(keys * random() ** 3);
    const other = random() < 0.1 ? 1 : 0;
    const status = statuses[Math.floor(random() * statuses.length)] ?? 'failed';
    const isDrawn = status === 'succeeded';
    yield {
      id: `${idBound('req', atMs)}${index.toString(36).padStart(7, '0')}${tail}`,
      key_id: `key_${String(key).padStart(24, '0')}`,
      operation: 'generate',
      model: models[(key + other) % models.length] ?? '',
      requested_model: 'gpt-image-1',
      upstream: upstreams[(key + other) % upstreams.length] ?? '',
      status,
      error_code: isDrawn ? null : 'upstream_timeout',
      images_requested: 1,
      images_delivered: isDrawn ? 1 : 0,
      input_tokens: 40,
      output_tokens: isDrawn ? 1290 : 0,
      output_image_tokens: isDrawn ? 1290 : 0,
      usage_source: 'upstream',
      reserved_micro_usd: 80_000,
      cost_micro_usd: isDrawn ? 38_700 + key : 0,
      bytes_out: isDrawn ? 1_400_000 : 300,
      attempts: 1,
      created_at_ms: atMs,
      finished_at_ms: atMs + 9000,
      end_user: `user_${String(Math.floor(random() * 5000))}`,
      project_id: `proj_${String(key % 50)}`,
      instance_id: null,
      lost_at_ms: null,
    };
  }
}
