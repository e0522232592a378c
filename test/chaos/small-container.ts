import type { Experiment } from './experiment.ts';
import { runScenarios } from './run-scenarios.ts';
import { largeEdits } from './scenarios/large-edits.ts';
import { maskBombs } from './scenarios/mask-bombs.ts';
import { maskedEdits } from './scenarios/masked-edits.ts';
import { manyPictures } from './scenarios/many-pictures.ts';
import { remoteLinks } from './scenarios/remote-links.ts';
import { mebibyte } from './scenarios/scenario.ts';
import { silentClients } from './scenarios/silent-clients.ts';
import { stalledGenerations } from './scenarios/stalled-uploads.ts';

const containerBytes = 512 * mebibyte;
const refused = ['413 body_too_large'];

/** Every setting at its default in half a gigabyte: whatever callers do, they get answers and it lives. */
export const smallContainer: Experiment = {
  summary: 'a container of 512 MiB at default settings, under everything that fills memory',
  maxMinutes: () => 40,
  page: 'soaks.md',
  run: (options) => {
    const share = options.isQuick ? 0.1 : 1;
    return runScenarios(
      [
        () => maskedEdits('a', 1024, 400 * share),
        () => maskedEdits('b', 2048, 100 * share),
        () =>
          largeEdits({
            letter: 'c',
            clients: 1,
            references: 14,
            megabytes: 49,
            allowed: refused,
            isTaken: false,
          }),
        () => silentClients('d', 100 * share),
        () => maskBombs('e'),
        () =>
          largeEdits({
            letter: 'f',
            clients: 8,
            references: 16,
            megabytes: 10,
            allowed: refused,
            isTaken: false,
          }),
        () => stalledGenerations('g', 1500 * share),
        () => remoteLinks({ letter: 'h', links: 14, megabytes: 45, allowed: refused }),
        () => remoteLinks({ letter: 'i', links: 10, megabytes: 6, allowed: ['200'] }),
        () => manyPictures('j', 4, 24),
        () =>
          largeEdits({
            letter: 'k',
            clients: 8,
            references: 4,
            megabytes: 12,
            allowed: ['200', '429 too_many_orders'],
            isTaken: true,
            isChunked: true,
          }),
        () => silentClients('l', 100 * share, { isStream: true }),
      ],
      options,
      containerBytes,
    );
  },
};
