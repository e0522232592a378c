import { gibibyte } from './derived-defaults.ts';
import { section } from './settings.ts';
import { bytes, duration } from './value-kinds.ts';

/** What is kept of requests that may be sent twice, and for how long. */
export const idempotencySettings = () =>
  section({
    keep: duration('min', 1, 10_080)
      .default(10)
      .describe(
        "How long the answer to a request that may be sent twice waits for that: one with an `Idempotency-Key`, or an OpenAI SDK's.",
      ),
    maxKeptBytes: bytes(0, 1024 * gibibyte)
      .default(2 * gibibyte)
      .describe('Most bytes of such answers on the disk; those that expire first make room.'),
  });
