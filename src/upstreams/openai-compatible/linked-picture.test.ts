import { describe, expect, test } from 'vitest';
import { tinyPng } from '../../../test/support/fake-gemini.ts';
import { breaks, bytes, ends, head, scriptedAgent, type Step } from '../../../test/support/scripted-agent.ts';
import { Memory } from '../../admission/memory.ts';
import { OrderScope } from '../../journey/order-scope.ts';
import { inspectImage } from '../../pixels/headers/inspect-picture.ts';
import { fetchLinked } from './linked-picture.ts';

const origin = 'http://127.0.0.1:8080';
const png = Buffer.from(tinyPng, 'base64');

async function fetching(link: string, steps: readonly Step[] = [head(200), bytes(png), ends]) {
  const memory = new Memory({ maxBytes: 1e12, stalledMs: 10_000 });
  const scope = new OrderScope(() => memory.open());
  const agent = scriptedAgent(steps);
  const options = { scope, maxBytes: 1000, expectedBytes: 10, inspect: inspectImage };
  const picture = await fetchLinked({ agent, origin, headers: { 'api-key': 'k' } }, link, options).catch(
    (thrown: unknown) => thrown,
  );
  return { picture, asked: agent.asked, memory };
}

describe('a picture behind a link', () => {
  test.each([
    ['/images/a.png?sig=1', '/images/a.png?sig=1'],
    ['images/a.png', '/images/a.png'],
    [`${origin}/a.png#part`, '/a.png'],
  ])('at %s is asked of the server that drew it, with its key', async (link, path) => {
    const { picture, asked, memory } = await fetching(link);
    expect(picture).toMatchObject({ mimeType: 'image/png', size: { widthPx: 1, heightPx: 1 } });
    expect(asked).toMatchObject([
      { origin, path, method: 'GET', headers: { 'api-key': 'k', accept: 'image/*' } },
    ]);
    expect(memory.heldBytes).toBe(png.length);
  });

  test.each([
    'https://127.0.0.1:8080/a.png',
    'http://127.0.0.1:8081/a.png',
    'http://169.254.169.254/latest',
    '//other.example/a.png',
    'http://user@127.0.0.1:8080/a.png',
    'http://:secret@127.0.0.1:8080/a.png',
    'file:///etc/passwd',
    'http://[broken',
  ])('at %s is not followed, and nobody is asked', async (link) => {
    const { picture, asked } = await fetching(link);
    expect(picture).toMatchObject({ code: 'upstream_unreadable' });
    expect(asked).toEqual([]);
  });

  test('that is not there, or elsewhere, is none', async () => {
    for (const status of [404, 302, 500])
      expect((await fetching('/a.png', [head(status), ends])).picture).toBeUndefined();
  });

  test('that breaks off is none, and holds nothing', async () => {
    const { picture, memory } = await fetching('/a.png', [head(200), bytes(png), breaks]);
    expect(picture).toMatchObject({ code: 'ECONNRESET' });
    expect(memory.heldBytes).toBe(0);
  });

  test('that is no picture is none', async () => {
    expect(
      (await fetching('/a.png', [head(200), bytes(Buffer.from('hello')), ends])).picture,
    ).toBeUndefined();
  });

  test('larger than an answer may be is not taken', async () => {
    const { picture } = await fetching('/a.png', [head(200), bytes(Buffer.alloc(1001)), ends]);
    expect(picture).toMatchObject({ code: 'upstream_answer_too_large' });
  });
});
