import sharp from 'sharp';
import type { PixelSize } from '../journey/catalogue-model.ts';
import type { RequestContent, RequestPart } from './generate-request.ts';
import { GoogleError, unreadableImage } from './google-error.ts';
import { withoutScenarioPhrase } from './scenario-choice.ts';

/** Reference formats the models read (docs/contracts/gemini.md#reference-pictures); gif is not one of them. */
const imageTypes = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif']);

export interface PromptMedia {
  readonly modality: 'IMAGE' | 'DOCUMENT' | 'VIDEO';
  /** Decoded bytes; absent for `fileData`, which the emulator does not fetch. */
  readonly bytes?: Buffer;
  /** Absent where the header cannot be read here, as in HEIC. */
  readonly pixels?: PixelSize;
}

export interface Prompt {
  /** Every text of the request, for counting: system instruction and all turns. */
  readonly texts: readonly string[];
  /** What the user asks for: the texts of the user's turns, without a scenario phrase. */
  readonly wording: string;
  /** The user's texts as sent, where a scenario phrase may be. */
  readonly userText: string;
  readonly media: readonly PromptMedia[];
}

/** Gathers texts and pictures from the turns. Throws for media that the models cannot read. */
export async function readPrompt(
  contents: readonly RequestContent[],
  system?: RequestContent,
): Promise<Prompt> {
  const parts = contents.flatMap((content) => content.parts ?? []);
  const userText = contents
    .filter((content) => content.role !== 'model')
    .flatMap((content) => textsOf(content.parts))
    .join('\n');
  const media: PromptMedia[] = [];
  for (const part of parts) {
    if (part.inlineData !== undefined) media.push(await readInlineData(part.inlineData));
    if (part.fileData !== undefined)
      media.push({ modality: modalityOf(part.fileData.mimeType ?? 'image/png') });
  }
  const texts = [...textsOf(system?.parts), ...textsOf(parts)].map(withoutScenarioPhrase);
  return { texts, userText, wording: withoutScenarioPhrase(userText).trim(), media };
}

function textsOf(parts: readonly RequestPart[] = []): string[] {
  return parts.flatMap((part) => (part.text === undefined ? [] : [part.text]));
}

async function readInlineData(inlineData: NonNullable<RequestPart['inlineData']>): Promise<PromptMedia> {
  const mimeType = inlineData.mimeType ?? '';
  const modality = modalityOf(mimeType);
  const bytes = Buffer.from(inlineData.data ?? '', 'base64');
  if (modality !== 'IMAGE') return { modality, bytes };
  try {
    const { width, height, autoOrient, compression } = await sharp(bytes).metadata();
    // The header of a HEIC can be read here, its pixels cannot.
    if (compression === 'hevc') return { modality, bytes };
    return {
      modality,
      bytes,
      pixels: { widthPx: autoOrient?.width ?? width, heightPx: autoOrient?.height ?? height },
    };
  } catch {
    if (mimeType === 'image/heic' || mimeType === 'image/heif') return { modality, bytes };
    throw unreadableImage();
  }
}

function modalityOf(mimeType: string): PromptMedia['modality'] {
  if (imageTypes.has(mimeType)) return 'IMAGE';
  if (mimeType === 'application/pdf') return 'DOCUMENT';
  if (mimeType.startsWith('video/')) return 'VIDEO';
  throw new GoogleError('INVALID_ARGUMENT', `Unsupported MIME type: ${mimeType}`);
}
