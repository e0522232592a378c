import type { Experiment } from './experiment.ts';
import { runScenarios } from './run-scenarios.ts';
import { largeEdits } from './scenarios/large-edits.ts';
import { remoteLinks } from './scenarios/remote-links.ts';
import { silentClients } from './scenarios/silent-clients.ts';
import { stalledEdits } from './scenarios/stalled-uploads.ts';

const cap16 = { PLANTAIN_LIMITS_MAX_HELD_BYTES: '16MiB' };
/** So that bodies are taken which are larger than the cap. */
const cap64 = { PLANTAIN_LIMITS_MAX_HELD_BYTES: '64MiB', PLANTAIN_LIMITS_MAX_EDIT_BODY_BYTES: '256MiB' };

/** What is counted and what is resident beside `limits.max_held_bytes`. */
export const heldBytes: Experiment = {
  summary: 'what is held beside limits.max_held_bytes, when clients hold it on purpose',
  maxMinutes: () => 20,
  page: 'soaks.md',
  run: (options) => {
    const clients = options.isQuick ? 12 : 60;
    return runScenarios(
      [
        () => silentClients('a', clients, { env: cap16 }),
        () => stalledEdits('b', clients, cap16),
        () =>
          largeEdits({
            letter: 'c',
            clients: 8,
            references: 16,
            megabytes: 10,
            // They pass the cap one by one; who waits too long is told so.
            allowed: ['200', '429 too_many_orders'],
            isTaken: true,
            env: cap64,
          }),
        () =>
          remoteLinks({
            letter: 'd',
            clients: 8,
            links: 10,
            megabytes: 6,
            allowed: ['200', '429 too_many_orders'],
            env: cap64,
          }),
      ],
      options,
    );
  },
};
