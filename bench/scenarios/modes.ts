import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchContext } from '../bench-context.ts';
import { bodySpec } from '../bodies/body-specs.ts';
import { hashesOf, pictureOf, referencePictures } from '../bodies/pictures.ts';
import { fillPageCache } from '../measure/fill-page-cache.ts';
import { measureInterleaved, type Subject } from '../measure/measured-load.ts';
import type { ModeFigures } from '../results.ts';
import { geminiRequest } from '../targets/direct.ts';
import { apiKey, authorization } from '../targets/plantain.ts';
import { modelId, prompt, type Target } from '../targets/target.ts';
import { jsonRequest, type RawRequest } from '../wire/raw-request.ts';
import { formRequest } from '../wire/form-request.ts';
import { pictureSubject } from './images.ts';

const body = '2.7 MiB';
const concurrency = 4;
export const linkMode = 'url, and the link fetched';
export const servedMode = 'stored picture, served';
export const uploadMode = 'edit, upload of 4 × 5 MB';
const nativeMode = "Gemini's own API";
const nativeUploadMode = "Gemini's own API, 4 × 5 MB inline";
/** A model that takes four references. */
const editModelId = 'gemini-3.1-flash-image';

/** The other ways to ask for and to get a picture of 2.7 MiB, beside the plain one. */
export async function measureModes(context: BenchContext): Promise<ModeFigures[]> {
  const { options, upstream, plantains, hashes, filesDir } = context;
  const expected = hashes.get(body);
  const shape = { concurrency, ...options.shape };
  const ask = (extra: object) =>
    jsonRequest('/v1/images/generations', { model: modelId, prompt, ...extra }, authorization);
  const modes: readonly (readonly [string, (target: Target) => Subject])[] = [
    ['b64_json', (target) => pictureSubject(context, target, body)],
    [
      'stream',
      (target) => ({
        target,
        request: ask({ stream: true }),
        expect: { kind: 'picture', key: 'b64_json', sha256: expected?.base64 ?? '' },
      }),
    ],
    [
      linkMode,
      (target) => ({
        target,
        request: ask({ response_format: 'url' }),
        expect: { kind: 'link', sha256: expected?.bytes ?? '' },
      }),
    ],
    [
      'converted to webp',
      (target) => ({
        target,
        request: ask({ output_format: 'webp' }),
        // "RIFF" in base64.
        expect: { kind: 'same-picture', key: 'b64_json', head: 'UklGR' },
      }),
    ],
  ];
  const figures: ModeFigures[] = [];
  await upstream.answer(body);
  const subjects = new Map<Subject, string>();
  for (const [mode, subjectOf] of modes)
    for (const target of plantains) subjects.set(subjectOf(target), mode);
  context.log('stream, url, conversion');
  mkdirSync(filesDir, { recursive: true, mode: 0o755 });
  // Behind links stand files: what their memory costs is no host's to decide.
  const emptyPageCache = options.isQuick ? undefined : fillPageCache(filesDir);
  for (const [subject, cost] of await measureInterleaved(context, [...subjects.keys()], shape)) {
    figures.push({ ...cost, mode: subjects.get(subject) ?? '' });
  }
  emptyPageCache?.();
  return [
    ...figures,
    ...(await measureNative(context)),
    ...(await measureServing(context)),
    ...(await measureUploads(context)),
    ...(await measureNativeUploads(context)),
  ];
}

/** What is asked of Google itself, by way of every Plantain and of nginx. */
async function measureNative(context: BenchContext): Promise<ModeFigures[]> {
  const { options, hashes } = context;
  const sha256 = hashes.get(body)?.base64 ?? '';
  const subjects = nativeTargets(context).map(
    (target): Subject => ({
      target,
      request: natively(target, geminiRequest),
      expect: { kind: 'picture', key: 'data', sha256 },
    }),
  );
  context.log(nativeMode);
  const measured = await measureInterleaved(context, subjects, { concurrency, ...options.shape });
  return [...measured.values()].map((cost) => ({ ...cost, mode: nativeMode }));
}

/** Four references of 5 MB as base64 in the request, which the upstream checks to the last byte. */
async function measureNativeUploads(context: BenchContext): Promise<ModeFigures[]> {
  const { options, upstream, hashes } = context;
  const pictures = referencePictures(4);
  const parts = pictures.map((picture) => ({
    inlineData: { mimeType: 'image/png', data: picture.toString('base64') },
  }));
  const asked = jsonRequest(
    `/v1beta/models/${editModelId}:generateContent`,
    { contents: [{ role: 'user', parts: [{ text: prompt }, ...parts] }] },
    geminiRequest.headers,
  );
  const sha256 = hashes.get('0.8 kB')?.base64 ?? '';
  const subjects = nativeTargets(context).map(
    (target): Subject => ({
      target,
      request: natively(target, asked),
      expect: { kind: 'picture', key: 'data', sha256 },
    }),
  );
  context.log(nativeUploadMode);
  await upstream.answer('0.8 kB', { references: pictures.map((picture) => hashesOf(picture).base64) });
  const measured = await measureInterleaved(context, subjects, { concurrency: 2, ...options.shape });
  await upstream.answer('0.8 kB');
  return [...measured.values()].map((cost) => ({ ...cost, mode: nativeUploadMode }));
}

function nativeTargets({ plantains, targets }: BenchContext): Target[] {
  return [...plantains, ...targets.filter(isProxy)];
}

/** One that passes on whatever it is sent. */
function isProxy({ id }: Target): boolean {
  return id.startsWith('nginx') || id === 'haproxy';
}

/** A Plantain asks for a key of its own. */
function natively(target: Target, request: RawRequest): RawRequest {
  if (target.pictureKey === 'data') return request;
  return { ...request, headers: { ...request.headers, 'x-goog-api-key': apiKey } };
}

/** A stored picture, got again and again by its link; nginx serves the same bytes from a file of its own. */
async function measureServing(context: BenchContext): Promise<ModeFigures[]> {
  const { options, plantains, targets, hashes, filesDir } = context;
  context.log('stored pictures served');
  writeFileSync(join(filesDir, 'picture.png'), pictureOf(bodySpec(body)));
  const subjects: Subject[] = [];
  const subject = (target: Target, path: string): Subject => ({
    target,
    request: { method: 'GET', path, headers: {} },
    expect: { kind: 'bytes', sha256: hashes.get(body)?.bytes ?? '' },
  });
  for (const target of plantains) subjects.push(subject(target, await storedPath(target)));
  const nginx = targets.find(({ id }) => id === 'nginx');
  if (nginx !== undefined) subjects.push(subject(nginx, '/files/picture.png'));
  const measured = await measureInterleaved(context, subjects, { concurrency, ...options.shape });
  return [...measured.values()].map((cost) => ({ ...cost, mode: servedMode }));
}

/** The path of a picture's link at a target. */
async function storedPath({ port }: Target): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/images/generations`, {
    method: 'POST',
    headers: { ...authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ model: modelId, prompt, response_format: 'url' }),
  });
  const { data } = (await response.json()) as { data: { url: string }[] };
  const { pathname, search } = new URL(data[0]?.url ?? '');
  return pathname + search;
}

/** Four references of 5 MB as a form. The upstream checks every byte of them; nginx passes the form on as it is. */
async function measureUploads(context: BenchContext): Promise<ModeFigures[]> {
  const { options, upstream, plantains, targets, hashes } = context;
  context.log('uploads of 4 × 5 MB');
  const pictures = referencePictures(4);
  const request = formRequest(
    '/v1/images/edits',
    { model: editModelId, prompt },
    { 'image[]': pictures },
    authorization,
  );
  const small = hashes.get('0.8 kB')?.base64 ?? '';
  const subjectOf = (target: Target): Subject => ({
    target,
    request,
    expect: { kind: 'picture', key: target.pictureKey, sha256: small },
  });
  const figures: ModeFigures[] = [];
  const mode = uploadMode;
  const shape = { concurrency: 2, ...options.shape };
  await upstream.answer('0.8 kB', { references: pictures.map((picture) => hashesOf(picture).base64) });
  for (const cost of (await measureInterleaved(context, plantains.map(subjectOf), shape)).values())
    figures.push({ ...cost, mode });
  await upstream.answer('0.8 kB');
  const proxies = targets.filter(isProxy).map(subjectOf);
  for (const cost of (await measureInterleaved(context, proxies, shape)).values())
    figures.push({ ...cost, mode });
  return figures;
}
