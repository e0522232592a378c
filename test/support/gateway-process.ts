import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapSnapshot } from 'node:v8';
import { prepareMemory } from '../../src/bytes/prepare-memory.ts';
import { startGateway } from './start-gateway.ts';

prepareMemory();

/**
 * A gateway in a process of its own that tells about its memory, so that neither the test's pictures nor its
 * upstream are counted. Run with `--expose-gc`; talks over the IPC channel (see `start-gateway-process.ts`).
 */
export type MemoryQuestion =
  /** Collects garbage and forgets the peak so far. */
  | { readonly kind: 'settle' }
  | { readonly kind: 'measure' }
  /** The event loop's worst delay in milliseconds since this was last asked; the first time starts the clock. */
  | { readonly kind: 'loop' }
  | { readonly kind: 'strings'; readonly minBytes: number };

export interface MemoryFacts {
  readonly rssBytes: number;
  /** The highest resident size since `settle`. */
  readonly peakBytes: number;
  readonly heapUsedBytes: number;
  /** Memory of buffers, which is not on JavaScript's heap. */
  readonly buffersBytes: number;
  /** What orders hold by the gateway's own count, now and at most since its start. */
  readonly heldBytes: number;
  readonly peakHeldBytes: number;
}

export interface LargeString {
  readonly bytes: number;
  /** Its first characters. */
  readonly head: string;
}

function memoryFacts(): MemoryFacts {
  const status = readFileSync('/proc/self/status', 'utf8');
  const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]);
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    rssBytes: kilobytes('VmRSS') * 1024,
    peakBytes: kilobytes('VmHWM') * 1024,
    heapUsedBytes: heapUsed,
    buffersBytes: arrayBuffers,
    heldBytes: gateway.app.memory.heldBytes,
    peakHeldBytes: gateway.app.memory.peakBytes,
  };
}

async function settle(): Promise<MemoryFacts> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  writeFileSync('/proc/self/clear_refs', '5');
  return memoryFacts();
}

interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly (readonly string[])[];
    };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** Every string on the heap of at least `minBytes`. */
async function largeStrings(minBytes: number): Promise<LargeString[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of getHeapSnapshot()) chunks.push(chunk as Buffer);
  const { snapshot, nodes, strings } = JSON.parse(Buffer.concat(chunks).toString()) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, name, size] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field));
  const found: LargeString[] = [];
  for (let node = 0; node < nodes.length; node += fields.length) {
    const kind = types[0]?.[nodes[node + (type ?? 0)] ?? 0] ?? '';
    const bytes = nodes[node + (size ?? 0)] ?? 0;
    if (bytes >= minBytes && kind.endsWith('string'))
      found.push({ bytes, head: (strings[nodes[node + (name ?? 0)] ?? 0] ?? '').slice(0, 200) });
  }
  return found;
}

const loopResolutionMs = 10;
const loop = monitorEventLoopDelay({ resolution: loopResolutionMs });

function worstLoopDelayMs(): number {
  const isNew = loop.enable();
  // What is recorded is the time between two looks, the wished-for one included.
  const worstMs = isNew ? 0 : Math.max(0, loop.max / 1e6 - loopResolutionMs);
  loop.reset();
  return worstMs;
}

const options = JSON.parse(process.argv[2] ?? '{}') as Parameters<typeof startGateway>[0];
const gateway = await startGateway(options);

process.on('message', (question: MemoryQuestion | { readonly kind: 'close' }) => {
  void (async () => {
    switch (question.kind) {
      case 'settle':
        process.send?.(await settle());
        break;
      case 'measure':
        process.send?.(memoryFacts());
        break;
      case 'loop':
        process.send?.(worstLoopDelayMs());
        break;
      case 'strings':
        process.send?.(await largeStrings(question.minBytes));
        break;
      case 'close':
        await gateway.close();
        process.disconnect();
    }
  })();
});
// Whoever asks is gone, or asked to close.
process.once('disconnect', () => process.exit());
process.send?.({ url: gateway.url });
