/** A troubled upstream as a process of its own, which can be killed: its argument is an `UpstreamProgramOptions`. */
import { startTroubledUpstream } from './troubled-upstream.ts';
import type { UpstreamProgramOptions } from './upstream-process.ts';

const { troubles, seed, port } = JSON.parse(process.argv[2] ?? '{}') as UpstreamProgramOptions;
const upstream = await startTroubledUpstream(troubles, seed, (note) => process.send?.(note), port);
process.once('disconnect', () => process.exit());
process.send?.({ kind: 'listening', url: upstream.url });
