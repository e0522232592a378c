import { Readable } from 'node:stream';
import { PlantainError } from '../../src/kernel/plantain-error.ts';
import { readMultipart } from '../../src/server/read-multipart.ts';
import { plainReading } from '../support/plain-scope.ts';
import { randomFrom } from './random-from.ts';

export interface FuzzOutcome {
  /** Inputs read as a form. */
  readonly forms: number;
  /** Inputs refused with a 4xx. */
  readonly refusals: number;
  readonly byCode: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}

const size = { maxBytes: 60_000, statedBytes: undefined, heldPerByte: 4 / 3 };
const limits = {
  maxFileBytes: 20_000,
  maxFiles: 4,
  maxFields: 8,
  maxFieldBytes: 2000,
  maxHeaderBytes: 1024,
};
/** Far above what any input of this size needs; only a hang reaches it. */
const hangMs = 10_000;

const dictionary = [
  '\r\n',
  '\n',
  '\r',
  '--',
  '\r\n--edge',
  '\r\n--edge--',
  '--edge\r\n',
  '\r\n--edge\r\n\r\n',
  '\r\n\r\n',
  ': ',
  ';',
  '"',
  '\\',
  '=',
  '\0',
  'Content-Disposition: form-data; name="image"\r\n',
  'Content-Disposition: form-data; name="prompt"; filename*=UTF-8\'\'%',
  'name=',
  'filename="',
  'Content-Type: image/png\r\n',
  'Content-Type: text/plain; charset=utf-16\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  '__proto__',
  'edge',
  '\u00ff\u00fe',
];

function goodForm(random: (below: number) => number): Buffer {
  const pieces: Buffer[] = [];
  const names = ['image', 'image[]', 'image[3]', 'mask', 'prompt', 'n', 'size', '__proto__', 'svg[model]'];
  for (let count = random(5); count >= 0; count--) {
    const filename = random(2) === 0 ? '; filename="a.png"' : '';
    const type = random(2) === 0 ? '\r\nContent-Type: image/png' : '';
    pieces.push(
      Buffer.from(
        `--edge\r\nContent-Disposition: form-data; name="${names[random(names.length)]}"${filename}${type}\r\n\r\n`,
      ),
    );
    const isText = random(2) === 0;
    pieces.push(
      Buffer.from(
        Array.from({ length: random(random(10) === 0 ? 5000 : 60) }, () =>
          isText ? 32 + random(90) : random(256),
        ),
      ),
    );
    pieces.push(Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from(random(8) === 0 ? '--edge--' : '--edge--\r\n'));
  return Buffer.concat(pieces);
}

function spoil(form: Buffer, random: (below: number) => number): Buffer {
  let bytes = form;
  for (let count = random(6); count > 0; count--) {
    const at = random(bytes.length + 1);
    const to = Math.min(bytes.length, at + random(30));
    const word = Buffer.from(dictionary[random(dictionary.length)] ?? '', 'latin1');
    switch (random(6)) {
      case 0:
        bytes = Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(at)]);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(to)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
        break;
      case 4:
        bytes = bytes.subarray(0, at);
        break;
      default:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.from([random(256)]),
          bytes.subarray(Math.min(bytes.length, at + 1)),
        ]);
    }
  }
  return bytes;
}

function inChunks(bytes: Buffer, random: (below: number) => number): Buffer[] {
  const chunks: Buffer[] = [];
  const largest = [1, 3, 40, 1000, 100_000][random(5)] ?? 40;
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + 1 + random(largest);
    chunks.push(bytes.subarray(offset, end));
    offset = end;
  }
  return chunks;
}

/**
 * Reads `count` forms, most of them spoiled: cut, doubled, overwritten, with boundaries and headers where they
 * do not belong, in chunks of any size. Throws on the first input that is not answered by a form or a 4xx,
 * naming the seed that makes it.
 */
export async function fuzzMultipart(options: {
  readonly count: number;
  readonly seed: number;
}): Promise<FuzzOutcome> {
  let forms = 0;
  let slowestMs = 0;
  const byCode: Record<string, number> = {};
  for (let index = 0; index < options.count; index++) {
    const seed = options.seed + index;
    const random = randomFrom(seed);
    const body = spoil(goodForm(random), random);
    const startedAt = performance.now();
    const error = await readOne(body, random).catch(
      (thrown: unknown) => thrown ?? new Error('rejected without a reason'),
    );
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    if (error === undefined) forms++;
    else if (error instanceof PlantainError && error.entry.status < 500)
      byCode[error.code] = (byCode[error.code] ?? 0) + 1;
    else
      throw new Error(`the form of seed ${seed} (${body.length} bytes) was not answered by a form or a 4xx`, {
        cause: error,
      });
  }
  const refusals = Object.values(byCode).reduce((sum, count) => sum + count, 0);
  return { forms, refusals, byCode, slowestMs };
}

async function readOne(body: Buffer, random: (below: number) => number): Promise<undefined> {
  const stream = Readable.from(inChunks(body, random), { objectMode: false });
  const hanging = new AbortController();
  const timer = setTimeout(() => hanging.abort(new Error('the reader hangs')), hangMs);
  try {
    const form = await readMultipart(
      stream,
      'multipart/form-data; boundary=edge',
      limits,
      size,
      plainReading(hanging.signal),
    );
    const held = form.files.reduce((sum, file) => sum + file.base64.length, 0);
    if (held > 2 * body.length + 4 * form.files.length) throw new Error('the form holds more than its body');
    for (const file of form.files) {
      if (file.base64.byteLength !== file.byteLength) throw new Error('a file has lost bytes');
    }
    return undefined;
  } finally {
    clearTimeout(timer);
    stream.destroy();
  }
}
