import type { BenchContext } from '../bench-context.ts';
import type { BodyName } from '../bodies/body-specs.ts';
import { measureInterleaved, runLoad } from '../measure/measured-load.ts';
import type { ImageFigures } from '../results.ts';
import type { Target } from '../targets/target.ts';

const concurrencyOf: Readonly<Record<BodyName, number>> = {
  '0.8 kB': 8,
  '1.4 MiB': 8,
  '2.7 MiB': 8,
  '10 MiB': 4,
  '16 MiB': 4,
};

/** Compilers count calls, not seconds: on a slow machine a few seconds of large pictures leave much of a program uncompiled. */
const warmUpOrders = { concurrency: 8, maxRequests: 20_000, maxDurationMs: 15_000 };

/** Sizes that are measured over TLS: with smaller ones it is not the encryption that counts. */
const tlsBodies: readonly BodyName[] = ['2.7 MiB', '16 MiB'];

/** One picture an order, every size, every target. */
export function measureImages(context: BenchContext): Promise<ImageFigures[]> {
  return measureBodies(context, context.targets, context.options.bodies, '');
}

/** The same from an upstream over TLS that answers in chunks, as Google does. */
export async function measureTlsImages(context: BenchContext): Promise<ImageFigures[]> {
  const targets = await context.startOverTls();
  const bodies = tlsBodies.filter((body) => context.options.bodies.includes(body));
  try {
    return await measureBodies(context, targets, bodies, ' over TLS');
  } finally {
    await Promise.all(targets.map((target) => target.stop()));
  }
}

async function measureBodies(
  context: BenchContext,
  targets: readonly Target[],
  bodies: readonly BodyName[],
  way: string,
): Promise<ImageFigures[]> {
  const { options, upstream } = context;
  const figures: ImageFigures[] = [];
  context.log(`small orders to warm up${way}`);
  await upstream.answer('0.8 kB');
  for (const target of targets)
    await runLoad(context, pictureSubject(context, target, '0.8 kB'), warmUpOrders);
  for (const body of bodies) {
    context.log(`images of ${body}${way}`);
    await upstream.answer(body);
    const concurrency = concurrencyOf[body];
    const subjects = targets.map((target) => pictureSubject(context, target, body));
    const measured = await measureInterleaved(context, subjects, { concurrency, ...options.shape });
    for (const cost of measured.values()) figures.push({ ...cost, body, concurrency });
  }
  return figures;
}

/** An order for the upstream's current picture, verified to the last byte. */
export function pictureSubject({ hashes }: BenchContext, target: Target, body: BodyName) {
  return {
    target,
    request: target.generate,
    expect: { kind: 'picture', key: target.pictureKey, sha256: hashes.get(body)?.base64 ?? '' },
  } as const;
}
