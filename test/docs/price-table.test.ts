import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Call } from '../../src/journey/call.ts';
import type { CatalogueModel, DrawnQuality, ImageSize } from '../../src/journey/catalogue-model.ts';
import type { ReferenceImage } from '../../src/journey/image-order.ts';
import type { ServiceTier } from '../../src/journey/price-list.ts';
import { loadCatalogue } from '../../src/routing/model-catalogue.ts';
import foreign from '../../src/routing/foreign-models.json' with { type: 'json' };
import { readAnswer } from '../../src/upstreams/gemini/answer.ts';
import { answerPaths, passPaths } from '../../src/upstreams/gemini/answer-paths.ts';
import { CollectedAnswer } from '../../src/upstreams/gemini/collected-answer.ts';
import { countedAnswer } from '../../src/upstreams/gemini/counted-answer.ts';
import { AnswerDocuments } from '../../src/upstreams/http/answer-documents.ts';
import { openAiAnswer } from '../../src/upstreams/openai-compatible/openai-answer.ts';
import { mapUsage } from '../../src/upstreams/openai-compatible/usage.ts';
import { withMarkup } from '../../src/usage/markup.ts';
import { highestPrice, type PricedOrder } from '../../src/usage/price.ts';
import { priceCalls } from '../../src/usage/price-calls.ts';
import { plainCall } from '../support/plain-call.ts';

/** An answer as it came, and what was asked. */
interface Fixture {
  readonly model: string;
  readonly references?: number;
  readonly imageSize?: ImageSize;
  readonly quality?: DrawnQuality;
  readonly asked?: ServiceTier;
  readonly searches?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface Row {
  readonly answer: string;
  readonly model: string;
  readonly tier: string;
  readonly sum: string;
  readonly microUsd: string;
}

const folder = new URL('../fixtures/usage-bodies/', import.meta.url);
const page = readFileSync(new URL('../../docs/prices.md', import.meta.url), 'utf8');
const rows: readonly Row[] = [
  ...page.matchAll(/^\| `(.+?)` \| (.+?) \| (.+?) \|[^|]*\| (.+?) \| (\d+) \|$/gm),
].map(([, answer = '', model = '', tier = '', sum = '', microUsd = '']) => ({
  answer,
  model,
  tier,
  sum,
  microUsd,
}));
const catalogue = loadCatalogue({
  upstreams: [{ kind: 'openai-compatible', models: foreign.models.map(({ id }) => id) }],
});
/** A day on which every price of the table holds. */
const acceptedAtMs = Date.parse('2026-11-26');

test('the examples of markups are what is charged', () => {
  const examples = [
    ...page.matchAll(/^\| (\d+) \| ([\d.]+) % \| (\d+) × ([\d.]+) = ([\d.]+) \| (\d+) \|$/gm),
  ];
  expect(examples).toHaveLength(10);
  for (const [, cost = '', percent = '', factor, by = '', product = '', charged] of examples) {
    expect(factor).toBe(cost);
    // In ten-thousandths, by digits: nothing of it is a fraction.
    const tenThousandths = (text: string): bigint => {
      const [whole = '', fraction = ''] = text.split('.');
      return BigInt(whole + fraction.padEnd(4, '0'));
    };
    expect(tenThousandths(by)).toBe(10_000n + tenThousandths(percent) / 100n);
    expect(BigInt(cost) * tenThousandths(by)).toBe(tenThousandths(product));
    expect(String((tenThousandths(product) + 5000n) / 10_000n)).toBe(charged);
    expect(String(withMarkup(Number(cost), Number(tenThousandths(percent) / 100n)))).toBe(charged);
  }
});

test('every answer has its row, and every row its answer; all models that are charged for are among them', () => {
  const files = readdirSync(folder).map((name) => name.replace(/\.json$/, ''));
  expect(rows.map(({ answer }) => answer).toSorted()).toEqual(files.toSorted());
  expect(rows.length).toBeGreaterThanOrEqual(30);
  const charged = catalogue.models.filter(({ id }) => id !== 'diffusion').map(({ id }) => id);
  expect([...new Set(rows.map(({ model }) => model))].toSorted()).toEqual(charged.toSorted());
});

test.each(rows)('$answer costs $microUsd micro-USD, as worked out by hand', (row) => {
  const [sum, scale] = workedOut(row.sum);
  expect(row.microUsd).toBe(String((sum * 2n + scale) / (2n * scale)));

  const fixture = JSON.parse(readFileSync(new URL(`${row.answer}.json`, folder), 'utf8')) as Fixture;
  const model = catalogue.get(fixture.model) ?? expect.fail(`no model ${fixture.model}`);
  expect(fixture.model).toBe(row.model);
  const order = orderOf(fixture, model);
  for (const call of callsOf(fixture, model)) {
    const [priced] = priceCalls(order, [call]);
    expect(priced).toMatchObject({ costMicroUsd: Number(row.microUsd), isCapped: false });
    expect(priced?.price?.priceId).toMatch(`${row.model}/${row.tier}/20`);
    expect(highestPrice(order, [model], 1)).toBeGreaterThanOrEqual(Number(row.microUsd));
  }
});

/** `14 × 2 + 1120 × 0.25` as a fraction. */
function workedOut(text: string): [bigint, bigint] {
  const scale = 100n;
  const terms = text.split(' + ').map((term) =>
    term.split(' × ').reduce(
      ([above, below], factor) => {
        const [whole = '', part = ''] = factor.split('.');
        return [above * BigInt(whole + part.padEnd(2, '0')), below * scale] as [bigint, bigint];
      },
      [1n, 1n] as [bigint, bigint],
    ),
  );
  return terms.reduce(([a, b], [c, d]) => [a * d + c * b, b * d], [0n, 1n]);
}

function orderOf(
  { references = 0, imageSize = '1K', quality, asked, searches }: Fixture,
  model: CatalogueModel,
): PricedOrder {
  const order: PricedOrder = {
    prompt: 'a fox in the snow',
    references: Array.from({ length: references }, () => ({}) as ReferenceImage),
    masksTransparency: false,
    imageSize,
    ...(quality && { quality }),
    count: 1,
    acceptedAtMs,
  };
  if (asked === undefined && searches === undefined) return order;
  const inputTokens = model.inputTokenLimit;
  const outputTokens = model.outputTokenLimit;
  const usage = { inputTokens, inputTextTokens: inputTokens, inputImageTokens: 0, outputTokens };
  const output = { outputImageTokens: outputTokens, outputTextTokens: 0 };
  const bound = {
    usage: { ...usage, ...output, totalTokens: inputTokens + outputTokens },
    tier: asked ?? 'standard',
    searches: searches ?? 0,
  };
  return { ...order, bound };
}

/** The call as each route that may hear the answer reads it. */
function callsOf({ body, references = 0, headers = {} }: Fixture, model: CatalogueModel): Call[] {
  const hasReferences = references > 0;
  if (model.foreign !== undefined) {
    const { usage, data = [] } = openAiAnswer.parse(body);
    const told = mapUsage(usage, { model, hasReferences, hasImage: data.length > 0 });
    return [plainCall({ model, usage: told.usage ?? 'not counted', picturesSeen: data.length })];
  }
  return [answerPaths, passPaths].map((paths) => {
    const answer = new CollectedAnswer(
      (characters) => ({ base64: characters, mimeType: 'image/png' }),
      undefined,
    );
    const documents = new AnswerDocuments(paths, (document) => answer.add(document));
    documents.push(Buffer.from(JSON.stringify(body)));
    documents.end();
    const reading = readAnswer(answer, documents, 'answered', 0) ?? expect.fail('unreadable');
    return plainCall({
      model,
      ...reading.evidence,
      ...countedAnswer(answer, headers, { model, hasReferences }),
    });
  });
}
