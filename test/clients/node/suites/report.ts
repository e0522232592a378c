import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const baseURL = process.env['PLANTAIN_BASE_URL'] ?? '';
export const apiKey = process.env['PLANTAIN_API_KEY'] ?? '';
export const wrongKey = `sk-${'0'.repeat(48)}`;
export const model = 'gemini-2.5-flash-image';
export const prompt = 'A cute baby sea otter';
export const refusedPrompt = 'A cute baby sea otter [scenario: image-safety]';
export const square = { size: '1024x1024', format: 'png' } as const;
export const wide = { size: '1344x768', format: 'png' } as const;

const inputs = process.env['PLANTAIN_CLIENT_INPUT'] ?? '.';
const outputs = process.env['PLANTAIN_CLIENT_OUTPUT'] ?? '.';

export const inputFile = (name: 'first.png' | 'second.jpg' | 'mask.png'): string => join(inputs, name);
export const inputBytes = (name: 'first.png' | 'second.jpg' | 'mask.png'): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(inputFile(name)));

interface Picture {
  readonly file: string;
  readonly size?: string;
  readonly format?: string;
  readonly masked?: boolean;
}
type Expected = Omit<Picture, 'file'>;

let written = 0;

/** Writes a picture for the runner to decode. `data` is base64 or bytes. */
export function picture(data: string | Uint8Array | undefined | null, expected: Expected = square): Picture {
  assert.ok(data !== undefined && data !== null && data.length > 0, 'no picture in the answer');
  if (typeof data === 'string') assert.match(data.slice(0, 100), /^[A-Za-z0-9+/]+$/, 'not plain base64');
  const file = join(outputs, `${++written}.picture`);
  writeFileSync(file, typeof data === 'string' ? Buffer.from(data, 'base64') : data);
  return { file, ...expected };
}

/** Fetches a link as any program would, without a key. */
export async function pictureAt(
  url: string | undefined | null,
  expected: Expected = square,
): Promise<Picture> {
  assert.match(
    url ?? '',
    /^http:\/\/127\.0\.0\.1:\d+\/.+\.(?:png|jpeg|jpg|webp)(?:\?|$)/,
    `not a usable link: ${url}`,
  );
  const response = await fetch(url ?? '');
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^image\//);
  return picture(new Uint8Array(await response.arrayBuffer()), expected);
}

/** Tries one feature and reports it; a failure does not end the suite. */
export async function feature(name: string, attempt: () => Promise<Picture[] | undefined>): Promise<void> {
  try {
    const pictures = await attempt();
    print({ feature: name, status: 'pass', ...(pictures !== undefined && { pictures }) });
  } catch (error) {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    print({ feature: name, status: 'fail', detail: detail.slice(0, 1000) });
  }
}

/** What the client has no way to ask for. */
export function unsupported(...names: string[]): void {
  for (const name of names) print({ feature: name, status: 'unsupported' });
}

/** The error that `attempt` must raise. */
export async function raised(attempt: () => Promise<unknown>): Promise<Record<string, unknown>> {
  let answer: unknown;
  try {
    answer = await attempt();
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error(`no error was raised; the answer was ${JSON.stringify(answer)?.slice(0, 200)}`);
}

/** The names that model pickers look for. */
export function checkModelNames(names: readonly string[]): void {
  for (const name of [model, 'gemini-3-pro-image', 'dall-e-3']) {
    assert.ok(names.includes(name), `the list of models lacks ${name}`);
  }
}

function print(result: object): void {
  process.stdout.write(`@result ${JSON.stringify(result)}\n`);
}
