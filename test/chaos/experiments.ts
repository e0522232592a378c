import { away } from './away.ts';
import { edge } from './edge.ts';
import type { Experiment } from './experiment.ts';
import { heldBytes } from './held-bytes.ts';
import { moneyChaos } from './money-chaos.ts';
import { slowStreams } from './slow-streams.ts';
import { smallContainer } from './small-container.ts';
import { soak } from './soak.ts';
import { troubledUpstreams } from './troubled-upstreams.ts';

/** Every experiment, by the name it is run with. */
export const experiments: Readonly<Record<string, Experiment>> = {
  'small-container': smallContainer,
  'held-bytes': heldBytes,
  'slow-streams': slowStreams,
  soak,
  upstreams: troubledUpstreams,
  money: moneyChaos,
  edge,
  away,
};
