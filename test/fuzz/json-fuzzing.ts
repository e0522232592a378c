import { type IncomingMessage, validateHeaderValue } from 'node:http';
import { Readable } from 'node:stream';
import type { ImageOrder, Operation } from '../../src/journey/image-order.ts';
import { PlantainError } from '../../src/kernel/plantain-error.ts';
import { isBase64 } from '../../src/bytes/is-base64.ts';
import { type ReadOrderTools, readOrder } from '../../src/openai/images/read-order.ts';
import { writeDryRun } from '../../src/openai/images/write-dry-run.ts';
import { writeError } from '../../src/openai/shared/write-error.ts';
import { inspectPicture } from '../../src/pixels/headers/inspect-picture.ts';
import { nameType } from '../../src/pixels/headers/name-type.ts';
import { uprightSize } from '../../src/pixels/headers/picture-facts.ts';
import { loadCatalogue } from '../../src/routing/model-catalogue.ts';
import { checkMask } from '../../src/pixels/mask/mask-rules.ts';
import { checkOutput } from '../../src/pixels/check-output.ts';
import { plainReading, roomyMemory } from '../support/plain-scope.ts';
import { readBody } from '../../src/server/read-body.ts';
import { highestPrice } from '../../src/usage/price.ts';
import { randomBody } from './random-json.ts';
import { randomFrom } from './random-from.ts';

export interface JsonFuzzOutcome {
  /** Inputs read as an order. */
  readonly orders: number;
  /** Inputs refused with a 4xx. */
  readonly refusals: number;
  readonly byCode: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}

const limits = { maxJsonBodyBytes: 60_000, maxEditBodyBytes: 60_000, maxReferenceBytes: 20_000 };
/** Far above what any input of this size needs; only a hang reaches it. */
const hangMs = 10_000;

const catalogue = loadCatalogue();
const tools: ReadOrderTools = {
  resolveModel: (name) => catalogue.resolve(name),
  inspectReference: (base64) => {
    const facts = inspectPicture(base64);
    return facts && { mimeType: facts.mimeType, size: uprightSize(facts), hasAlpha: facts.hasAlpha };
  },
  nameType,
  checkMask,
  checkOutput: (expected) => checkOutput(expected, 10_000_000),
  pinnedSafetySettings: [],
  openAiNames: 'png',
  fetchRemote: undefined,
  maxReferenceBytes: limits.maxReferenceBytes,
  maxDecodedPixels: 10_000_000,
  maxLinkedBytes: limits.maxEditBodyBytes,
};

/**
 * Reads `count` JSON bodies through the readers of the server: most of them nearly right, many spoiled byte by
 * byte, in chunks of any size. Throws on the first that is not answered by a sound order or a 4xx, naming the
 * seed that makes it.
 */
export async function fuzzJson(options: {
  readonly count: number;
  readonly seed: number;
}): Promise<JsonFuzzOutcome> {
  let orders = 0;
  let slowestMs = 0;
  const byCode: Record<string, number> = {};
  for (let index = 0; index < options.count; index++) {
    const seed = options.seed + index;
    const random = randomFrom(seed);
    const operation = random(2) === 0 ? 'generate' : 'edit';
    const body = randomBody(operation, random);
    const startedAt = performance.now();
    try {
      const error = await readOne(operation, body, random);
      if (error === undefined) orders++;
      else byCode[error.code] = (byCode[error.code] ?? 0) + 1;
    } catch (thrown) {
      throw new Error(`the ${operation} of seed ${seed} was not answered by an order or a 4xx`, {
        cause: thrown,
      });
    }
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  }
  const refusals = Object.values(byCode).reduce((sum, count) => sum + count, 0);
  return { orders, refusals, byCode, slowestMs };
}

async function readOne(
  operation: Operation,
  body: Buffer,
  random: (below: number) => number,
): Promise<PlantainError | undefined> {
  const hanging = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the reader hangs')), hangMs);
  });
  try {
    const order = await Promise.race([order_(), hang]);
    checkOrder(order, body.length);
    return undefined;
  } catch (error) {
    if (!(error instanceof PlantainError) || error.entry.status >= 500) throw error;
    checkRefusal(error);
    return error;
  } finally {
    clearTimeout(timer);
  }

  function order_(): Promise<ImageOrder> {
    const stream = Object.assign(Readable.from(inChunks(body, random), { objectMode: false }), {
      headers: { 'content-type': 'application/json' },
    }) as unknown as IncomingMessage;
    return readOrder(
      tools,
      {
        id: 'req_fuzz',
        operation,
        clientAddress: '',
        credentials: { authorization: undefined, apiKey: undefined, clientAddress: '' },
        readBody: () => readBody(stream, operation, limits, plainReading(hanging.signal)),
        pathModel: ['gpt-image-1', 'no-such-model'][random(8)],
        origin: 'http://127.0.0.1',
        isDryRun: false,
        acceptedAtMs: 0,
      },
      { keyId: 'key_fuzz', keyName: 'fuzz', projectId: 'proj_default', strict: random(8) === 0 },
      { signal: hanging.signal, memory: roomyMemory.open() },
    );
  }
}

/** An order that nothing after it has to doubt, and whose headers and body can be written. */
function checkOrder(order: ImageOrder, bodyBytes: number): void {
  const { model, aspectRatio, imageSize, count, references, mask } = order;
  const pictures = mask === undefined ? references : [...references, mask];
  const isSound =
    order.prompt.trim() !== '' &&
    Number.isInteger(count) &&
    count >= 1 &&
    count <= 10 &&
    (aspectRatio === 'auto' || model.aspectRatios.includes(aspectRatio)) &&
    model.imageSizes.includes(imageSize) &&
    references.length <= model.maxReferenceImages &&
    (order.operation === 'edit') === references.length > 0 &&
    pictures.every(({ base64 }) => base64.length > 0 && isBase64(base64)) &&
    pictures.reduce((sum, { base64 }) => sum + base64.length, 0) <= bodyBytes;
  if (!isSound) throw new Error(`not a sound order: ${JSON.stringify({ ...order, model: model.id })}`);
  const price = highestPrice(order, [order.model], 2);
  if (!Number.isSafeInteger(price) || price <= 0) throw new Error(`not a price: ${price}`);
  const { headers, body } = writeDryRun(order, price);
  for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
  if (body.kind === 'whole') JSON.parse(Buffer.concat(body.pieces).toString());
}

/** A refusal that can be written: its headers, its reason phrase and its body. */
function checkRefusal(error: PlantainError): void {
  const { headers, reason = '', body } = writeError(error);
  validateHeaderValue('reason', reason);
  for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
  if (error.message.length > 2000) throw new Error(`a refusal of ${error.message.length} characters`);
  if (body.kind === 'whole') JSON.parse(Buffer.concat(body.pieces).toString());
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
