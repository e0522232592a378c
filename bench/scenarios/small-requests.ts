import type { BenchContext } from '../bench-context.ts';
import { measureInterleaved, type Subject } from '../measure/measured-load.ts';
import type { SmallFigures } from '../results.ts';
import { authorization } from '../targets/plantain.ts';
import { modelId } from '../targets/target.ts';
import { jsonRequest, type RawRequest } from '../wire/raw-request.ts';

const concurrency = 16;

/** Requests without pictures: what the way in and out costs. */
export async function measureSmallRequests(context: BenchContext): Promise<SmallFigures[]> {
  context.log('small requests');
  const requests: readonly (readonly [name: string, request: RawRequest, status: number])[] = [
    ['models list', { method: 'GET', path: '/v1/models', headers: authorization }, 200],
    [
      '401, unknown key',
      { method: 'GET', path: '/v1/models', headers: { authorization: `Bearer sk-${'Wrong0'.repeat(8)}` } },
      401,
    ],
    ['400, no prompt', jsonRequest('/v1/images/generations', { model: modelId }, authorization), 400],
  ];
  const named = new Map<Subject, string>();
  for (const target of context.plantains) {
    for (const [name, request, status] of requests)
      named.set({ target, request, expect: { kind: 'status', status } }, name);
  }
  const measured = await measureInterleaved(context, [...named.keys()], {
    concurrency,
    ...context.options.shape,
  });
  return [...measured].map(([subject, cost]) => ({ ...cost, request: named.get(subject) ?? '' }));
}
