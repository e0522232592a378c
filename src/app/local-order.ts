import type { Memory } from '../admission/memory.ts';
import type { Dialect } from '../journey/dialect.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { RequestBody } from '../journey/image-request.ts';
import { defaultProjectId } from '../journey/limits.ts';
import { makeImages } from '../journey/make-images.ts';
import type { Stages } from '../journey/stages.ts';
import { OrderScope } from '../journey/order-scope.ts';
import type { ImageResult } from '../journey/receipt.ts';
import { Base64Image } from '../bytes/base64-image.ts';
import type { Clock } from '../kernel/clock.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { encodeBase64 } from '../bytes/encode-base64.ts';

/** An order from this process itself, such as the command line's. */
export interface LocalOrder {
  /** The fields of a JSON body. */
  readonly body: Record<string, unknown>;
  readonly signal: AbortSignal;
  /** References; their presence makes it an edit. */
  readonly images?: readonly { readonly name: string; readonly bytes: Buffer }[];
  readonly mask?: Buffer;
}

/** Who a local order belongs to in the ledger. */
export const localCaller = {
  keyId: 'cli',
  keyName: 'command line',
  projectId: defaultProjectId,
  strict: false,
};

interface LocalParts {
  readonly setup: { readonly stages: Stages; readonly dialect: Dialect };
  readonly memory: Memory;
  readonly clock: Clock;
}

/**
 * Runs an order by the same journey as over HTTP, for a caller who needs no key: whoever can start the process owns
 * it. Its result is handed over as it is, not written for a socket. Rejects with a catalogue error.
 */
export async function runLocalOrder(parts: LocalParts, id: string, order: LocalOrder): Promise<ImageResult> {
  let made: ImageResult | undefined;
  const writeResult = (result: ImageResult): ImageAnswer => {
    made = result;
    return { status: 200, headers: {}, body: { kind: 'whole', pieces: [] } };
  };
  const { stages, dialect } = parts.setup;
  await travel({ ...parts, setup: { stages, dialect: { ...dialect, writeResult } } }, id, order, false);
  if (made === undefined) throw new Error('a local order asks for no stream');
  return made;
}

/** The answer to the same order as a dry run. */
export function dryRunLocalOrder(parts: LocalParts, id: string, order: LocalOrder): Promise<ImageAnswer> {
  return travel(parts, id, order, true);
}

async function travel(
  { setup: { stages, dialect }, memory, clock }: LocalParts,
  id: string,
  order: LocalOrder,
  isDryRun: boolean,
): Promise<ImageAnswer> {
  const scope = new OrderScope(() => memory.open());
  const leave = (): void => scope.abort(new PlantainError('client_closed', 'Cancelled.'));
  order.signal.addEventListener('abort', leave, { once: true });
  // One that is aborted already tells nobody any more.
  if (order.signal.aborted) leave();
  try {
    return await makeImages(
      { ...stages, authenticate: async () => localCaller },
      dialect,
      {
        id,
        clientAddress: '',
        operation: order.images === undefined ? 'generate' : 'edit',
        credentials: { authorization: undefined, apiKey: undefined, clientAddress: '' },
        readBody: async () => bodyOf(order),
        pathModel: undefined,
        origin: 'http://localhost',
        isDryRun,
        acceptedAtMs: clock.nowMs(),
      },
      scope,
    );
  } finally {
    order.signal.removeEventListener('abort', leave);
    scope.end();
  }
}

function bodyOf({ body, images, mask }: LocalOrder): RequestBody {
  if (images === undefined) return { kind: 'json', document: body };
  const file = (field: string, filename: string, bytes: Buffer) => ({
    field,
    filename,
    contentType: undefined,
    base64: new Base64Image(encodeBase64(bytes).slices),
    byteLength: bytes.length,
  });
  return {
    kind: 'multipart',
    form: {
      fields: Object.entries(body).map(([name, value]) => ({ name, value: String(value) })),
      files: [
        ...images.map(({ name, bytes }) => file('image[]', name, bytes)),
        ...(mask === undefined ? [] : [file('mask', 'mask.png', mask)]),
      ],
    },
  };
}
