import type { BenchContext } from '../bench-context.ts';
import { referencePictures, hashesOf } from '../bodies/pictures.ts';
import { measureInterleaved, type Subject } from '../measure/measured-load.ts';
import type { ModeFigures } from '../results.ts';
import { authorization } from '../targets/plantain.ts';
import { modelId, prompt, type Target } from '../targets/target.ts';
import { jsonRequest } from '../wire/raw-request.ts';
import { formRequest } from '../wire/form-request.ts';
import { pictureSubject } from './images.ts';

const body = '2.7 MiB';
const concurrency = 4;
/** A model that takes four references. */
const editModelId = 'gemini-3.1-flash-image';

/** The other ways to ask for and to get a picture of 2.7 MiB, beside the plain one. */
export async function measureModes(context: BenchContext): Promise<ModeFigures[]> {
  const { options, upstream, plantains, hashes } = context;
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
      'url, and the link fetched',
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
  for (const [subject, cost] of await measureInterleaved(context, [...subjects.keys()], shape)) {
    figures.push({ ...cost, mode: subjects.get(subject) ?? '' });
  }
  return [...figures, ...(await measureUploads(context))];
}

/** Four references of 5 MB as a form. The upstream checks every byte of them; nginx passes the form on as it is. */
async function measureUploads(context: BenchContext): Promise<ModeFigures[]> {
  const { options, upstream, plantains, targets, hashes } = context;
  context.log('uploads of 4 × 5 MB');
  const pictures = referencePictures(4);
  const request = formRequest(
    '/v1/images/edits',
    { model: editModelId, prompt },
    'image[]',
    pictures,
    authorization,
  );
  const small = hashes.get('0.8 kB')?.base64 ?? '';
  const subjectOf = (target: Target): Subject => ({
    target,
    request,
    expect: { kind: 'picture', key: target.pictureKey, sha256: small },
  });
  const figures: ModeFigures[] = [];
  const mode = 'edit, upload of 4 × 5 MB';
  const shape = { concurrency: 2, ...options.shape };
  await upstream.answer('0.8 kB', { references: pictures.map((picture) => hashesOf(picture).base64) });
  for (const cost of (await measureInterleaved(context, plantains.map(subjectOf), shape)).values())
    figures.push({ ...cost, mode });
  await upstream.answer('0.8 kB');
  const proxies = targets.filter(({ id }) => id.startsWith('nginx')).map(subjectOf);
  for (const cost of (await measureInterleaved(context, proxies, shape)).values())
    figures.push({ ...cost, mode });
  return figures;
}
