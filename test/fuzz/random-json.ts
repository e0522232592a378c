import type { Operation } from '../../src/journey/image-order.ts';
import { meaninglessFields, requestFields } from '../../src/openai/images/request-schema.ts';
import { tinyPng } from '../support/fake-gemini.ts';

type Random = (below: number) => number;

const names = [
  ...Object.keys(requestFields),
  ...meaninglessFields,
  ...'aspectRatio imageSize resolution num_images image_config extra_body google responseFormat outputFormat'.split(
    ' ',
  ),
  ...'__proto__ constructor hasOwnProperty toString then prompt_ PROMPT file_id image_size width height'.split(
    ' ',
  ),
  'a\r\nb: c',
  'ключ',
  '',
];
const pictureNames =
  'image images image[] image[0] image_1 IMAGE image_url mask mask[] b64_json data url file_id'.split(' ');
const words = [
  ...'auto 1024x1024 16:9 4K 2k 512 0x0 99999x1 21:9 1:8 16x9 high hd max exact native png jpg webp avif'.split(
    ' ',
  ),
  ...'url b64_json transparent opaque transparency true false null 3 -0 1e3 1.0 0 11 NaN Infinity'.split(' '),
  ...'dall-e-3 gpt-image-1 gemini-3-pro-image-16x9-4k models/gemini-2.5-flash-image no-such-model'.split(' '),
  'a fox',
  '',
  ' ',
  '\u0000',
  '\ud800',
  '🦊'.repeat(40),
  '"\\',
];
const sensible = [
  'model gpt-image-1 dall-e-3 gemini-3-pro-image-16x9-4k models/gemini-2.5-flash-image gpt-image-9 nano-banana',
  'size auto 1024x1024 1x99999 99999x1 2K 21:9 1792x1024 17x9000',
  'aspect_ratio auto 16:9 1x1 8:1',
  'resolution 1k 4K 512 2K 640x480',
  'quality auto low hd xhigh',
  'n 1 2 10 0',
  'outputFormat png jpg avif',
  'output_compression 0 50 100',
  'fit exact native',
  'stream true false 1',
  'partial_images 0 3',
  'response_format url b64_json',
  'mask_source transparency mask',
  'background opaque auto transparent',
  'width 1 512 99999',
  'height 1 512 99999',
  'style vivid natural',
];
const pictures = [
  `data:image/png;base64,${tinyPng}`,
  tinyPng,
  tinyPng.slice(0, 40),
  `data:image/png,${tinyPng}`,
  `DATA:image/png;BASE64,${tinyPng}`,
  'https://127.0.0.1/a.png',
  'data:',
  '0',
  '1',
  'AAAA"}]},{',
  '',
];

/** A body for an operation: an order as clients write it, a wrong one, or one whose bytes are spoiled. */
export function randomBody(operation: Operation, random: Random): Buffer {
  if (random(50) === 0) return deepBody(random);
  const document: Record<string, unknown> = {};
  const members: [string, unknown][] = [];
  if (random(12) !== 0) members.push(['prompt', random(10) === 0 ? randomValue(random, 0) : 'a fox']);
  for (let count = random(4); count > 0; count--) members.push(randomMember(random));
  if (random(6) !== 0 ? operation === 'edit' : operation === 'generate')
    for (let count = 1 + random(2); count > 0; count--)
      members.push([pick(pictureNames, random), randomPicture(random, 0)]);
  for (let index = members.length - 1; index > 0; index--) {
    const other = random(index + 1);
    [members[index], members[other]] = [members[other]!, members[index]!];
  }
  if (random(3) !== 0) {
    for (const [name, value] of members)
      Object.defineProperty(document, name, { value, enumerable: true, configurable: true });
    return spoiled(Buffer.from(JSON.stringify(document)), random, random(4) === 0 ? 1 + random(4) : 0);
  }
  // Written by hand, so that a name can stand twice and escapes can stand anywhere.
  const text = members
    .map(([name, value]) => `${quoted(name, random)}: ${JSON.stringify(value) ?? 'null'}`)
    .join(' ,\n');
  return spoiled(Buffer.from(`{${text}}`), random, random(4) === 0 ? 1 + random(4) : 0);
}

/** Two of three times a field and a value that can mean something together. */
function randomMember(random: Random): [string, unknown] {
  if (random(3) === 0) return [pick(names, random), randomValue(random, 0)];
  const [name, ...values] = pick(sensible, random).split(' ');
  const value = pick(values, random);
  return [name ?? '', random(3) === 0 && /^\d+$/.test(value) ? Number(value) : value];
}

function randomValue(random: Random, depth: number): unknown {
  switch (random(depth > 3 ? 6 : 9)) {
    case 0:
      return random(14);
    case 1:
      return [null, true, false, 1.5, -1, 1e21, 99_999][random(7)];
    case 2:
      return String(random(12));
    case 3:
      return `${1 + random(5000)}x${1 + random(5000)}`;
    case 4:
    case 5:
      return pick(words, random);
    case 6:
      return Array.from({ length: random(3) }, () => randomValue(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: random(3) }, () => [pick(names, random), randomValue(random, depth + 1)]),
      );
  }
}

function randomPicture(random: Random, depth: number): unknown {
  switch (random(depth > 3 ? 5 : 9)) {
    case 0:
    case 1:
    case 2:
      return pictures[0];
    case 3:
      return pick(pictures, random);
    case 4:
      return randomValue(random, 2);
    case 5:
    case 6:
      return Array.from({ length: random(random(20) === 0 ? 20 : 3) }, () =>
        randomPicture(random, depth + 1),
      );
    default:
      return { [pick(pictureNames, random)]: randomPicture(random, depth + 1) };
  }
}

/** Up to 20,000 levels: more than any reader that recurses can bear. */
function deepBody(random: Random): Buffer {
  const levels = 1 + random(random(2) === 0 ? 300 : 20_000);
  const [open, close] = random(2) === 0 ? ['[', ']'] : ['{"image_url":', '}'];
  const name = pick([...names, ...pictureNames], random);
  return Buffer.from(
    `{"prompt":"a fox",${JSON.stringify(name)}:${open.repeat(levels)}1${close.repeat(random(9) === 0 ? 0 : levels)}}`,
  );
}

const dictionary = [
  ...'{ } [ ] , : " \\ \\u \\ud800 \\u0000 \\" "" null true 1e999 -0 0x1 // /* 00 .5 +1 {} [] "prompt": "image":'.split(
    ' ',
  ),
  '\n',
  '\0',
  '\uFEFF',
  '"n":2,',
  '"image_url":"data:image/png;base64,',
  '\u00ff\u00fe',
];

function spoiled(bytes: Buffer, random: Random, times: number): Buffer {
  let body = bytes;
  for (let count = times; count > 0; count--) {
    const at = random(body.length + 1);
    const to = Math.min(body.length, at + random(20));
    const word = Buffer.from(pick(dictionary, random));
    const [head, tail] = [
      [at, at],
      [at, to],
      [to, at],
      [at, body.length],
    ][random(4)] ?? [at, at];
    body = Buffer.concat([
      body.subarray(0, head),
      random(2) === 0 ? word : Buffer.alloc(0),
      body.subarray(tail),
    ]);
    if (random(4) === 0 && body.length > 0) body[random(body.length)] = random(256);
  }
  return body;
}

function quoted(name: string, random: Random): string {
  if (random(4) !== 0) return JSON.stringify(name);
  const escaped = [...name].map((letter) => {
    const isEscaped = random(3) === 0 && letter.length === 1;
    return isEscaped
      ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
      : JSON.stringify(letter).slice(1, -1);
  });
  return `"${escaped.join('')}"`;
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random(items.length)]!;
}
