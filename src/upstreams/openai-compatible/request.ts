import { randomInt } from 'node:crypto';
import type { Adaptation, OutputFormat, ReferenceImage } from '../../journey/image-order.ts';
import type { DrawWish } from '../../journey/upstream.ts';
import { type FormPicture, multipartBody } from './multipart-body.ts';
import type { Profile } from './profile.ts';
import { jsonBody, type RequestBody } from './request-body.ts';
import { shapeFields } from './shape-fields.ts';

/** A wish as one server is asked. */
export interface ServerRequest {
  readonly method: 'images/generations' | 'images/edits';
  readonly body: RequestBody;
  readonly isStreamed: boolean;
  readonly adaptations: readonly Adaptation[];
}

export interface RequestOptions {
  readonly profile: Profile;
  /** What the server calls the model; undefined where the path names it. */
  readonly model: string | undefined;
}

/** One picture's wish as a request (docs/contracts/openai-upstreams.md#requests). */
export function wishToRequest(wish: DrawWish, { profile, model }: RequestOptions): ServerRequest {
  const { references, mask, prompt } = editOf(wish, profile);
  const { text, adaptations } = plainPrompt(prompt, profile, wish.index);
  // Only a streamed answer brings drafts before it is whole.
  const isStreamed = profile.isPlantain && wish.onDraft !== undefined && wish.model.drafts;
  const fields = {
    ...(model !== undefined && { model }),
    prompt: text,
    ...shapeFields(wish, profile),
    ...(profile.sendsResponseFormat && { response_format: 'b64_json' }),
    ...openAiFields(wish, profile),
    ...(profile.isPlantain && plantainFields(wish)),
    ...(isStreamed && { stream: true, partial_images: mostDrafts }),
  };
  if (references.length === 0)
    return { method: 'images/generations', body: jsonBody(fields), isStreamed, adaptations };
  const method = 'images/edits';
  if (profile.edits === 'json')
    return { method, body: jsonBody(fields, references), isStreamed, adaptations };
  const texts = Object.entries(fields).map(([name, value]) => [name, asText(value)] as const);
  const body = multipartBody(Object.fromEntries(texts), formPictures(references, mask));
  return { method, body, isStreamed, adaptations };
}

/** As many as a caller may ask for; those that are too many are left out where they are sent on. */
const mostDrafts = 3;

interface Edit {
  readonly prompt: string;
  readonly references: readonly ReferenceImage[];
  readonly mask: ReferenceImage | undefined;
}

/** With a mask of its own where the server takes one, else with the picture and the words that explain it. */
export function editOf({ model, prompt, references, masked }: DrawWish, { takesMask }: Profile): Edit {
  const isTaken = takesMask === 'all' || (takesMask === 'foreign' && model.foreign !== undefined);
  // A mask has to be of its picture's type and size.
  const types = [masked?.mask, masked?.references[0]].map((picture) => picture?.mimeType);
  if (isTaken && masked !== undefined && types.every((type) => type === 'image/png')) return masked;
  return { prompt, references, mask: undefined };
}

/** The prompt without what the server would act on, and with a seed where every picture would come out the same. */
function plainPrompt(
  prompt: string,
  { promptSyntax: syntax }: Profile,
  index: number,
): { readonly text: string; readonly adaptations: readonly Adaptation[] } {
  // Half a surrogate pair, as a client that cuts its text may send, is no text that a strict parser takes.
  const wellFormed = prompt.toWellFormed();
  if (syntax === undefined) return { text: wellFormed, adaptations: [] };
  const plain = wellFormed.replaceAll(syntax.pattern, syntax.stand);
  const seed = index > 0 ? syntax.seedOf?.(randomInt(2 ** 31)) : undefined;
  return {
    text: seed === undefined ? plain : `${plain} ${seed}`,
    adaptations:
      plain === wellFormed ? [] : [{ parameter: 'prompt', action: 'mapped', reason: syntax.reason }],
  };
}

const nativeFormats: ReadonlySet<OutputFormat> = new Set(['png', 'jpeg', 'webp']);

function openAiFields(wish: DrawWish, { takes }: Profile): Readonly<Record<string, string>> {
  const { model, background, moderation, format } = wish;
  const quality = wish.quality ?? model.foreign?.defaultQuality;
  return {
    ...(takes.has('quality') && quality !== undefined && { quality }),
    ...(takes.has('background') && background !== undefined && { background }),
    ...(takes.has('moderation') && moderation !== undefined && { moderation }),
    ...(takes.has('output_format') &&
      format !== undefined &&
      nativeFormats.has(format) && { output_format: format }),
  };
}

function plantainFields({
  index,
  safetySettings = [],
  allImages,
}: DrawWish): Readonly<Record<string, unknown>> {
  return {
    ...(safetySettings.length > 0 && { safety_settings: safetySettings }),
    ...(allImages && { all_images: true }),
    // Its sandbox draws the pictures of one prompt differently only if something tells them apart.
    ...(index > 0 && { seed: index }),
  };
}

/** As a form says it. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As OpenAI's own clients name them: one is `image`, several are `image[]`. */
function formPictures(
  references: readonly ReferenceImage[],
  mask: ReferenceImage | undefined,
): FormPicture[] {
  const field = references.length === 1 ? 'image' : 'image[]';
  const picture = (name: string, stem: string, { mimeType, base64 }: ReferenceImage): FormPicture => ({
    field: name,
    filename: `${stem}.${mimeType.slice('image/'.length)}`,
    mimeType,
    base64,
  });
  return [
    ...references.map((reference, index) => picture(field, `image-${index}`, reference)),
    ...(mask === undefined ? [] : [picture('mask', 'mask', mask)]),
  ];
}
