import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { adaptedHeader } from '../../src/openai/images/adapted-header.ts';
import { fillTemplate, mostRows, placeholdersOf } from '../../web/src/studio/fill-template.ts';
import { beyondBounds } from '../../web/src/studio/history.ts';
import { parseAdapted } from '../../web/src/studio/parse-adapted.ts';
import { fileNameOf, type Picture } from '../../web/src/studio/picture.ts';
import { readEvents, type StreamEvent } from '../../web/src/studio/read-events.ts';
import { uniqueNames } from '../../web/src/studio/zip-pictures.ts';

const picture = (prompt: string, changes: Partial<Picture> = {}): Picture => ({
  id: 'one',
  atMs: 1,
  keyId: 'key_1',
  state: 'done',
  size: '8x8',
  blob: new Blob([new Uint8Array(10)], { type: 'image/jpeg' }),
  wish: {
    model: 'm',
    prompt,
    ratio: '',
    size: '1K',
    format: '',
    compression: 90,
    references: [],
    mask: undefined,
  },
  ...changes,
});

const eventsOf = async (bytes: Uint8Array, cuts: readonly number[]): Promise<StreamEvent[]> => {
  const places = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((one, two) => one - two),
    bytes.length,
  ];
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const [index, from] of places.entries())
        if (index + 1 < places.length) controller.enqueue(bytes.subarray(from, places[index + 1]));
      controller.close();
    },
  });
  const events: StreamEvent[] = [];
  for await (const event of readEvents(stream)) events.push(event);
  return events;
};

test('a stream of events reads the same however the network cuts it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constant(undefined), fc.record({ text: fc.string({ unit: 'grapheme' }) }))),
      fc.array(fc.nat(), { maxLength: 20 }),
      fc.constantFrom('\n', '\r\n'),
      async (events, cuts, end) => {
        const text = events
          .map((data) =>
            data === undefined
              ? `: keep-alive${end}`
              : `event: x${end}data: ${JSON.stringify(data)}${end}${end}`,
          )
          .join('');
        expect(await eventsOf(new TextEncoder().encode(text), cuts)).toEqual(
          events.map((data) => (data === undefined ? { kind: 'alive' } : { kind: 'data', data })),
        );
      },
    ),
  );
});

test('what the server says was adapted is read back as it was meant', () => {
  const token = fc.stringMatching(/^[a-z][a-z_.]{0,20}$/);
  const text = fc.string({ maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(
        fc.record(
          {
            parameter: fc.oneof(token, text),
            action: fc.constantFrom('ignored', 'mapped'),
            from: text,
            to: text,
          },
          { requiredKeys: ['parameter', 'action'] },
        ),
        { maxLength: 10 },
      ),
      (adaptations) => {
        const plain = adaptations.map((one) =>
          Object.fromEntries(
            Object.entries(one).map(([name, value]) => [name, value.replaceAll(/[^\x20-\x7e]/g, '?')]),
          ),
        );
        const header = adaptedHeader(adaptations);
        expect(parseAdapted(header ?? null)).toEqual(plain);
      },
    ),
  );
});

test('a template has one prompt a row, each placeholder filled, the rest as it stands', () => {
  expect(placeholdersOf('A {{ animal }} in {{Größe}}, {{animal}} {x}')).toEqual(['animal', 'Größe']);
  expect(fillTemplate('A {{a}}, $& {x}', ' red, small \n\n$1\n').prompts).toEqual([
    'A red, small, $& {x}',
    'A $1, $& {x}',
  ]);
  expect(fillTemplate('{{a}}-{{b}}-{{a}}', 'x\ty, z').prompts).toEqual(['x-y, z-x']);
  expect(fillTemplate('{{a}}-{{b}}', '"say ""hi"", you", {{a}}\n,').prompts).toEqual([
    'say "hi", you-{{a}}',
    '-',
  ]);
  expect(fillTemplate('{{a}}-{{b}}', 'x,y\n\nx')).toMatchObject({
    prompts: [],
    wrong: { line: 3, found: 1, wanted: 2 },
  });
  const many = fillTemplate('{{a}}', 'x\n'.repeat(mostRows + 1));
  expect([many.prompts.length, many.isTooMany]).toEqual([mostRows, true]);
});

test('files are named after their prompts, each once', () => {
  expect(fileNameOf(picture('  Crème brûlée, 2 × <script>! '))).toBe('creme-brulee-2-script.jpg');
  expect(fileNameOf(picture('../..'))).toBe('one.jpg');
  expect(fileNameOf(picture('狐'))).toBe('狐.jpg');
  expect(uniqueNames(['a.png', 'b.png', 'a.png', 'a.png'])).toEqual(['a.png', 'b.png', 'a-2.png', 'a-3.png']);
});

test('of the history the oldest go, by number and by bytes', () => {
  const all = [1, 2, 3, 4].map((number) => picture(`p${number}`, { id: String(number) }));
  expect(beyondBounds(all, { pictures: 3, bytes: 1000 }).map(({ id }) => id)).toEqual(['4']);
  expect(beyondBounds(all, { pictures: 9, bytes: 25 }).map(({ id }) => id)).toEqual(['3', '4']);
  expect(beyondBounds(all, { pictures: 4, bytes: 40 })).toEqual([]);
});
