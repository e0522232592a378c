import { describe, expect, test } from 'vitest';
import { openAiWish } from '../../../test/support/openai-answers.ts';
import { Base64Image } from '../../bytes/base64-image.ts';
import type { ReferenceImage } from '../../journey/image-order.ts';
import type { DrawWish } from '../../journey/upstream.ts';
import type { Profile } from './profile.ts';
import { type ProfileName, profiles } from './profiles.ts';
import { wishToRequest } from './request.ts';
import { unfitWish } from './unfit-wish.ts';

const bytes = Buffer.from(Array.from({ length: 100_001 }, (_, index) => (index * 7) % 256));
const picture = (mimeType = 'image/png', content = bytes): ReferenceImage => {
  const base64 = Buffer.from(content.toString('base64'));
  // In uneven slices, as it arrives.
  const slices = [base64.subarray(0, 1001), base64.subarray(1001, 70_002), base64.subarray(70_002)];
  return {
    base64: new Base64Image(slices.filter(({ length }) => length > 0)),
    mimeType,
    size: { widthPx: 300, heightPx: 200 },
    hasAlpha: true,
  };
};
const pixels = {
  '1K': { '1:1': { widthPx: 1024, heightPx: 1024 }, '3:2': { widthPx: 1536, heightPx: 1024 } },
  '2K': { '3:2': { widthPx: 2496, heightPx: 1664 } },
};
const gptImage = {
  owner: 'openai',
  qualities: ['low', 'medium', 'high'],
  defaultQuality: 'medium',
  transparency: true,
  moderation: true,
} as const;

const wish = (fields: Partial<DrawWish> = {}, foreign?: DrawWish['model']['foreign']): DrawWish => ({
  ...openAiWish({ pixels, ...(foreign && { foreign }) }),
  ...fields,
});
const openedBytes = (request: ReturnType<typeof wishToRequest>): Buffer => {
  const opened = request.body.open();
  const whole = Buffer.isBuffer(opened) ? opened : Buffer.concat([...opened]);
  expect(whole.length).toBe(request.body.byteLength);
  return whole;
};
const jsonOf = (profile: Profile, asked: DrawWish) =>
  JSON.parse(openedBytes(wishToRequest(asked, { profile, model: 'm' })).toString('utf8')) as Record<
    string,
    unknown
  >;
/** A form, read by another reader than ours. */
const formOf = async (profile: Profile, asked: DrawWish) => {
  const request = wishToRequest(asked, { profile, model: 'm' });
  const body = new Uint8Array(openedBytes(request));
  return new Response(body, { headers: { 'content-type': request.body.contentType } }).formData();
};

describe('a drawing', () => {
  test.each<[ProfileName, Record<string, unknown>]>([
    ['openai', { size: '1536x1024' }],
    ['azure', { size: '1536x1024' }],
    ['plantain', { aspect_ratio: '3:2', image_size: '1K', response_format: 'b64_json' }],
    ['serevix', { aspect_ratio: '3:2', image_size: '1K', response_format: 'b64_json' }],
    ['localai', { size: '1536x1024', response_format: 'b64_json' }],
    ['sd-server', { size: '1536x1024' }],
    ['sglang', { size: '1536x1024', response_format: 'b64_json' }],
    ['xinference', { size: '1536*1024', response_format: 'b64_json' }],
    ['xai', { aspect_ratio: '3:2', resolution: '1k', response_format: 'b64_json' }],
  ])('%s is asked in its own words, and in no others', async (name, fields) => {
    expect(jsonOf(profiles[name], wish({ aspectRatio: '3:2' }))).toEqual({
      model: 'm',
      prompt: 'a fox',
      ...fields,
    });
  });

  test('OpenAI is asked for the quality, and for the default where nobody asks: its own choice could cost anything', async () => {
    expect(jsonOf(profiles.openai, wish({}, gptImage))).toMatchObject({ quality: 'medium' });
    const fields = { quality: 'high', background: 'transparent', moderation: 'low', format: 'webp' } as const;
    expect(jsonOf(profiles.openai, wish(fields, gptImage))).toMatchObject({
      quality: 'high',
      background: 'transparent',
      moderation: 'low',
      output_format: 'webp',
    });
    expect(jsonOf(profiles.openai, wish({ format: 'avif' }, gptImage))).not.toHaveProperty('output_format');
  });

  test('pixels by number win over the table, and `auto` is the model’s own only at its own size', async () => {
    const free = { pixels: { widthPx: 1280, heightPx: 720 } };
    expect(jsonOf(profiles.openai, wish(free))).toMatchObject({ size: '1280x720' });
    expect(jsonOf(profiles.openai, wish({ aspectRatio: 'auto' }))).toMatchObject({ size: 'auto' });
    const large = wish({ aspectRatio: 'auto', imageSize: '2K' });
    expect(jsonOf(profiles.openai, large)).toMatchObject({ size: '2496x1664' });
    expect(jsonOf(profiles.localai, wish({ aspectRatio: 'auto' }))).toMatchObject({
      size: '1024x1024',
    });
  });

  test('half a character of a cut prompt is no text that a strict reader takes', async () => {
    expect(jsonOf(profiles.openai, wish({ prompt: 'a \ud83e' }))).toMatchObject({ prompt: 'a \ufffd' });
  });
});

describe('what a server would take for its own', () => {
  test('LocalAI: a bar begins no negative prompt, and that is told', async () => {
    const asked = wish({ prompt: 'a | b || c' });
    const request = wishToRequest(asked, { profile: profiles.localai, model: 'm' });
    expect(openedBytes(request).toString()).not.toContain('|');
    expect(request.adaptations).toEqual([
      { parameter: 'prompt', action: 'mapped', reason: 'a-bar-would-begin-a-negative-prompt' },
    ]);
    expect(wishToRequest(wish(), { profile: profiles.localai, model: 'm' }).adaptations).toEqual([]);
  });

  test('sd-server: a caller sets no parameters, in any spelling; later pictures have a seed of ours', async () => {
    const tag = '<sd_cpp_extra_args>{"seed":1,"steps":9999}</sd_cpp_extra_args>';
    const halves = `<sd_cpp_<sd_cpp_extra_args>extra_args>{}</sd_cpp_extra_args>`;
    for (const prompt of [`a fox ${tag}`, tag.toUpperCase(), halves]) {
      const { prompt: sent } = jsonOf(profiles['sd-server'], wish({ prompt }));
      expect(sent).not.toMatch(/<sd_cpp_extra_args>.*<\/sd_cpp_extra_args>/i);
    }
    const { prompt: later } = jsonOf(profiles['sd-server'], wish({ prompt: `x ${tag}`, index: 1 }));
    const [, args = ''] = /<sd_cpp_extra_args>(.*?)<\/sd_cpp_extra_args>/.exec(String(later)) ?? [];
    expect(Object.keys(JSON.parse(args) as object)).toEqual(['seed']);
  });
});

describe('an edit', () => {
  test.each<[ProfileName, number, string]>([
    ['openai', 1, 'image'],
    ['openai', 2, 'image[]'],
    ['sglang', 1, 'image'],
    ['xinference', 2, 'image[]'],
    ['sd-server', 2, 'image[]'],
  ])('%s gets %i pictures byte for byte as %s', async (name, count, field) => {
    const references = Array.from({ length: count }, () => picture('image/jpeg'));
    const form = await formOf(profiles[name], wish({ references }));
    const files = form.getAll(field) as File[];
    expect(files.map(({ type }) => type)).toEqual(references.map(() => 'image/jpeg'));
    for (const file of files) expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
    expect(form.get('prompt')).toBe('a fox');
  });

  test('xAI gets them in JSON: one as an object, several as a list', async () => {
    const url = `data:image/png;base64,${bytes.toString('base64')}`;
    const image = { type: 'image_url', url };
    const one = jsonOf(profiles.xai, wish({ references: [picture()] }));
    expect(one).toMatchObject({ prompt: 'a fox', image });
    const two = jsonOf(profiles.xai, wish({ references: [picture(), picture()] }));
    expect(two['images']).toEqual([image, image]);
  });

  test('a mask goes to those that take one; others get the picture and the words that explain it', async () => {
    const guide = picture('image/png', Buffer.from('guide'));
    const mask = picture('image/png', Buffer.from('mask'));
    const asked = wish({
      prompt: 'red. Picture 2 is a guide',
      references: [picture(), guide],
      masked: { prompt: 'red', references: [picture()], mask },
    });
    const own = await formOf(profiles.openai, asked);
    expect(own.get('prompt')).toBe('red');
    expect(await (own.get('mask') as File).text()).toBe('mask');
    expect(own.getAll('image')).toHaveLength(1);
    for (const profile of [profiles.sglang, profiles.plantain]) {
      const explained = await formOf(profile, asked);
      expect(explained.get('mask')).toBeNull();
      expect(explained.getAll('image[]')).toHaveLength(2);
    }
    // Another Plantain takes one for the models that have masks of their own.
    const foreign = { ...asked, model: { ...asked.model, foreign: gptImage } };
    expect((await formOf(profiles.plantain, foreign)).get('mask')).not.toBeNull();
    expect((await formOf(profiles.sglang, foreign)).get('mask')).toBeNull();
    // OpenAI takes a mask of its picture's own type alone.
    const photo = { ...asked, masked: { prompt: 'red', references: [picture('image/jpeg')], mask } };
    expect((await formOf(profiles.openai, photo)).get('mask')).toBeNull();
  });
});

describe('what a server has no word for is never left out in silence: it is not asked', () => {
  const setting = { category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' } as const;
  test.each<[string, ProfileName, Partial<DrawWish>, boolean]>([
    ['a plain drawing', 'serevix', {}, true],
    ['an edit', 'serevix', { references: [picture()] }, false],
    ['an edit', 'localai', { references: [picture()] }, false],
    ['an edit', 'xai', { references: [picture()] }, true],
    ['a PNG', 'openai', { references: [picture('image/png')] }, true],
    ['a JPEG', 'openai', { references: [picture('image/jpeg')] }, true],
    ['a WebP', 'openai', { references: [picture('image/webp')] }, true],
    ['sixteen pictures', 'openai', { references: Array.from({ length: 16 }, () => picture()) }, true],
    ['a picture of a type it does not read', 'openai', { references: [picture('image/heic')] }, false],
    ['the same', 'plantain', { references: [picture('image/heic')] }, true],
    ['too many pictures', 'openai', { references: Array.from({ length: 17 }, () => picture()) }, false],
    ['a ratio without pixels', 'openai', { aspectRatio: '1:8' }, false],
    ['a size it has no word for', 'xai', { imageSize: '4K' }, false],
    ['pixels by number', 'xai', { pixels: { widthPx: 1280, heightPx: 720 } }, false],
    ['safety settings', 'serevix', { safetySettings: [setting] }, false],
    ['safety settings', 'plantain', { safetySettings: [setting] }, true],
    ['a quality', 'sd-server', { quality: 'high' }, false],
    ['transparency', 'localai', { background: 'transparent' }, false],
    ['moderation', 'xai', { moderation: 'low' }, false],
  ])('%s: %s', (_what, name, fields, can) => {
    expect(unfitWish(wish(fields), profiles[name]) === undefined).toBe(can);
  });
});
