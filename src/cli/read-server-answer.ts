import { CommandError, exitCodes } from './exit-codes.ts';
import type { OrderPreview } from './picture-maker.ts';
import { type AnsweredPicture, exitCodeOf, orderFailure, type PictureAnswer } from './picture-answer.ts';

/** A server's answer over HTTP. */
export interface ServerAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface AnswerDocument {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly info?: unknown;
}

/** Reads an answer of the Images API. Throws CommandError with the server's own words when it is an error. */
export function readServerAnswer({ status, headers, body }: ServerAnswer): PictureAnswer {
  const document = parseDocument(body);
  if (status !== 200 || document === undefined) throw serverError(status, headers, document);
  const items = Array.isArray(document.data) ? (document.data as unknown[]) : [];
  const pictures = items.map(readPicture).filter((picture) => picture !== undefined);
  if (pictures.length === 0)
    throw new CommandError('the server answered without a picture.', exitCodes.refused);
  const cost = Number(headers['plantain-cost-micro-usd'] ?? Number.NaN);
  return {
    pictures,
    upstream: headers['plantain-upstream'],
    costMicroUsd: Number.isSafeInteger(cost) ? cost : undefined,
    adapted: headers['plantain-adapted'],
    requestId: headers['x-request-id'],
  };
}

/** Reads the answer to a dry run. Throws CommandError with the server's own words when it is an error. */
export function readServerPreview({ status, headers, body }: ServerAnswer): OrderPreview {
  const document = parseDocument(body);
  if (status !== 200 || document === undefined) throw serverError(status, headers, document);
  return { document: { ...document }, adapted: headers['plantain-adapted'] };
}

/** Whether what answers at `/openapi.json` describes a Plantain. */
export function isPlantain({ status, body }: ServerAnswer): boolean {
  const info = status === 200 ? parseDocument(body)?.info : undefined;
  return typeof info === 'object' && info !== null && 'title' in info && info.title === 'Plantain';
}

function parseDocument(body: Buffer): AnswerDocument | undefined {
  try {
    const document: unknown = JSON.parse(body.toString('utf8'));
    return typeof document === 'object' && document !== null ? document : undefined;
  } catch {
    return undefined;
  }
}

function readPicture(item: unknown): AnsweredPicture | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { b64_json: inline, url } = item as { b64_json?: unknown; url?: unknown };
  if (typeof inline === 'string' && inline !== '') return { bytes: Buffer.from(inline, 'base64') };
  if (typeof url !== 'string') return undefined;
  const dataUrl = /^data:[^,]*;base64,(.*)$/s.exec(url);
  return dataUrl === null ? { url } : { bytes: Buffer.from(dataUrl[1] ?? '', 'base64') };
}

function serverError(
  status: number,
  headers: Readonly<Record<string, string>>,
  document: AnswerDocument | undefined,
): CommandError {
  const error = document?.error;
  const fields = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const message =
    typeof fields['message'] === 'string'
      ? fields['message']
      : `the server answered ${String(status)} with something that is no answer of the Images API.`;
  return orderFailure(message, headers['x-request-id'], exitCodeOf(status, fields));
}
