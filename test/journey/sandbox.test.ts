import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, generate, type ImagesBody, ledgerRows } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

async function picture(body: object): Promise<string> {
  const answer = await generate(gateway, body);
  expect(answer.status).toBe(200);
  const { data } = (await answer.json()) as ImagesBody;
  return data[0]?.b64_json ?? '';
}

describe('asking again', () => {
  const prompt = 'a fox in the snow';

  test('gives the same picture for the same request', async () => {
    expect((await picture({ prompt })) === (await picture({ prompt }))).toBe(true);
  });

  test('with a seed or a user gives another picture, always the same for the same value', async () => {
    const wishes = [{}, { seed: 7 }, { seed: 8 }, { user: 'ada' }, { user: 'bob' }, { seed: 7, user: 'ada' }];
    const drawn = await Promise.all(wishes.map((wish) => picture({ prompt, ...wish })));
    expect(new Set(drawn).size).toBe(wishes.length);
    expect((await picture({ prompt, seed: '7' })) === drawn[1]).toBe(true);
    expect((await picture({ prompt, user: 'ada' })) === drawn[3]).toBe(true);
  });
});

describe('scenarios through the gateway', () => {
  test('no-image-once is a picture after a second, reworded call', async () => {
    const answer = await generate(gateway, { prompt: 'A newt [scenario: no-image-once]' });
    expect(answer.status).toBe(200);
    const row = ledgerRows(gateway.dataDir).find(({ id }) => id === answer.headers.get('x-request-id'));
    expect(row).toMatchObject({ attempts: 2, images_delivered: 1 });
  });

  test('a misspelt scenario is an error that names the nearest, and no picture', async () => {
    const answer = await generate(gateway, { prompt: 'A fox [scenario: rate-limt]' });
    expect(answer.status).toBe(400);
    expect((await errorOf(answer)).message).toContain("Did you mean 'rate-limit'?");
  });

  test('drafts come when they are asked for, without a scenario and at the price of one picture', async () => {
    const wish = { model: 'gemini-3-pro-image', prompt: 'a lighthouse', stream: true };
    const eventsOf = async (body: object) => {
      const answer = await generate(gateway, body);
      const names = [...(await answer.text()).matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
      const row = ledgerRows(gateway.dataDir).find(({ id }) => id === answer.headers.get('x-request-id'));
      return { names, cost: row?.cost_micro_usd };
    };
    const plain = await eventsOf(wish);
    const drafted = await eventsOf({ ...wish, partial_images: 2 });
    expect(plain.names).toEqual(['image_generation.completed']);
    expect(drafted.names).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
    expect(drafted.cost).toBe(plain.cost);
  });
});
