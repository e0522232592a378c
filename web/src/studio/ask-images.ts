import { errorOf, actHeaders } from '../api/call.ts';
import { leave } from '../session/leave.ts';
import { dataUrlOf } from './data-url.ts';
import { fieldsOf, maskOf, type Wish } from './wish.ts';

/** The public API, beside the console's own path whatever a proxy has put before both. */
export const apiRoot = new URL('../v1', document.baseURI).href;

export interface AskOptions {
  /** The key to order as. */
  readonly keyId: string;
  readonly signal: AbortSignal;
  readonly isDryRun?: boolean;
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Orders through the public API as a key. Rejects with ApiError, or TypeError where the server cannot be reached. */
export async function askImages(wish: Wish, options: AskOptions): Promise<Response> {
  const { keyId, signal, isDryRun = false, extra } = options;
  const isEdit = wish.references.length > 0;
  const mask = maskOf(wish);
  const body = {
    ...fieldsOf(wish),
    ...extra,
    ...(isEdit && {
      images: (await Promise.all(wish.references.map(({ blob }) => dataUrlOf(blob)))).map((image_url) => ({
        image_url,
      })),
    }),
    ...(mask !== undefined && { mask: { image_url: await dataUrlOf(mask.png) } }),
  };
  const response = await fetch(
    `${apiRoot}/images/${isEdit ? 'edits' : 'generations'}${isDryRun ? '?dry_run=true' : ''}`,
    {
      method: 'POST',
      credentials: 'same-origin',
      headers: { ...actHeaders(), 'plantain-act-as': keyId },
      body: JSON.stringify(body),
      signal,
    },
  );
  if (response.ok) return response;
  const error = await errorOf(response);
  if (error.code === 'session_ended' || error.code === 'invalid_admin_secret') leave(true);
  throw error;
}
