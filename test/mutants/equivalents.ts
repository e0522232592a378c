/** Changes that break nothing. */
export interface Equivalent {
  readonly file: string;
  /** The line as it stands in the file, without its indentation. */
  readonly line: string;
  /** As the report tells them; all of the line's when absent. */
  readonly changes?: readonly string[];
  readonly reason: string;
}

/** Of what a digest is taken, with the line that says so. */
const kindsInDigests: readonly (readonly [kind: string, line: string])[] = [
  ['o', "digest.text('o', operation);"],
  ['p', "digest.text('p', pathModel ?? '');"],
  ['f', "digest.text('f', name);"],
  ['v', "digest.text('v', value);"],
  ['F', "digest.text('F', field);"],
  ['c', "digest.text('c', '');"],
  ['[', "digest.text('[', String(value.length));"],
  ['{', "digest.text('{', String(members.length));"],
  ['m', "digest.text('m', name);"],
];

/** Lines of arithmetic on pixels, by their file. Every index in them is one that the array has. */
const readsInside: Readonly<Record<string, readonly string[]>> = {
  'src/pixels/mask/blend-pixels.ts': [
    'const end = islands.firstRunOfRow[row + 1] ?? 0;',
    'for (let run = islands.firstRunOfRow[row] ?? 0; run < end; run++) {',
    'const start = offset + (islands.runStart[run] ?? 0);',
    'blendRun(band, weights[halfDepthPx] ?? hard, distance, start, offset + (islands.runEnd[run] ?? 0));',
    'const soft = weights[distance[index] ?? 0] ?? 0;',
    'pixels[index] = Math.round(((pixels[index] ?? 0) * weight + (drawn[index] ?? 0) * (255 - weight)) / 255);',
    'const kept = (pixels[at + 3] ?? 0) * weight;',
    'const added = (drawn[at + 3] ?? 0) * (255 - weight);',
    'for (let index = at; index < at + 4; index++) pixels[index] = drawn[index] ?? 0;',
    'pixels[index] = Math.round(((pixels[index] ?? 0) * kept + (drawn[index] ?? 0) * added) / seen);',
  ],
  'src/pixels/mask/edge-distance.ts': [
    'let best = distance[at] ?? 0;',
    'best = Math.min(best, (distance[at + neighbour] ?? 0) + unitsPerPixel);',
  ],
  'src/pixels/mask/mask-islands.ts': [
    'root = parent[root] ?? 0;',
    'const aboveEnd = firstRunOfRow[row] ?? 0;',
    'deepest = Math.max(deepest, distance[offset + x] ?? 0);',
    'for (let touching = above; touching < aboveEnd && (runStart[touching] ?? 0) <= x; touching++) {',
    'depth[root] = Math.max(depth[root] ?? 0, depth[own] ?? 0);',
    'return { firstRunOfRow, runStart, runEnd, depthOf: (run) => depth[rootOf(run)] ?? 0 };',
  ],
};

export const equivalents: readonly Equivalent[] = [
  ...Object.entries(readsInside).flatMap(([file, lines]) =>
    lines.map((line) => ({
      file,
      line,
      changes: ['0 → 1'],
      reason: 'the index is inside the array: the default is for the type checker alone',
    })),
  ),
  ...kindsInDigests.map(([kind, line]) => ({
    file: 'src/idempotency/digest-request.ts',
    line,
    changes: [`'${kind}' → ''`],
    reason: 'all others have a name, so that the one without is told from them too',
  })),
  {
    file: 'src/idempotency/digest-request.ts',
    line: 'return left < right ? -1 : left > right ? 1 : 0;',
    changes: ['> → >=', 'left > right → true', '0 → 1'],
    reason: 'two of one name stay in their order, whether they are told to be equal or in order',
  },
  {
    file: 'src/idempotency/digest-request.ts',
    line: 'for (let at = 0; at < slice.length; at += turnBytes) {',
    changes: ['< → <='],
    reason: 'a last piece of no bytes changes nothing',
  },
  {
    file: 'src/idempotency/claim-sweep.ts',
    line: 'const batchSize = 200;',
    reason: 'how many are forgotten at once changes the time, not which are left',
  },
  {
    file: 'src/idempotency/claims.ts',
    line: "let fingerprint = '';",
    reason: 'nothing is claimed before the body is read, which sets it',
  },
  {
    file: 'src/bytes/base64-digits.ts',
    line: 'const firstPieceBytes = 4096;',
    reason: 'how much is searched at once changes the time, not where the run ends; the bench holds the time',
  },
  {
    file: 'src/bytes/base64-digits.ts',
    line: 'search.memory.set(bytes.subarray(index, index + length));',
    reason: 'over memory that holds no digits the search skips nothing, and the plain one finds the same end',
  },
  {
    file: 'src/bytes/base64-digits.ts',
    line: 'if (length - skipped >= searchBlockBytes) break;',
    reason: 'past the first piece the plain search goes on, and finds the same end',
  },
  {
    file: 'src/bytes/base64-image.ts',
    line: 'while (padding < 2 && this.length > padding && this.#charAt(this.length - 1 - padding) === 0x3d)',
    changes: ['> → >='],
    reason: 'there is no character before the first, so that it is no padding either',
  },
  {
    file: 'src/bytes/byte-sink.ts',
    line: 'if (needed <= this.#bytes.length) return;',
    changes: ['<= → <'],
    reason: 'growing to the size it has copies once and changes nothing',
  },
  {
    file: 'src/bytes/byte-sink.ts',
    line: 'const grown = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(needed, this.#bytes.length * 2)));',
    changes: ['2 → 3'],
    reason: 'how much it grows at once changes how often it is copied, not what it holds',
  },
  {
    file: 'src/bytes/captured-text.ts',
    line: 'else if (over > 0) for (let left = over; left < 4; left++) this.#keep(padding);',
    changes: ['0 → 1'],
    reason: 'one digit over was given up in the line above',
  },
  {
    file: 'src/bytes/captured-text.ts',
    line: 'if (this.#short.length + end - start > maxShortBytes) this.#flush();',
    changes: ['+ → -'],
    reason: 'a later flush makes a larger slice of the same characters',
  },
  {
    file: 'src/bytes/encode-base64.ts',
    line: 'for (let start = 0; start < bytes.length; start += turnBytes) {',
    changes: ['< → <='],
    reason: 'a last turn of no bytes changes nothing',
  },
  {
    file: 'src/bytes/json-scanner.ts',
    line: '#closedDepth = 0;',
    reason: 'it is read only after a bracket has closed, which sets it',
  },
  {
    file: 'src/bytes/json-scanner.ts',
    line: "this.#slot = 'other';",
    changes: ["'other' → ''"],
    reason: 'both are no place where anything is captured',
  },
  {
    file: 'src/server/header-parameters.ts',
    line: "value += text[position] ?? '';",
    reason: 'the position is inside the text: an escape is one only with a character behind it',
  },
  {
    file: 'src/server/request-origin.ts',
    line: "let lastOrigin = '';",
    reason: 'no origin reads like either',
  },
  {
    file: 'src/server/request-origin.ts',
    line: 'lastOrigin = origin;',
    reason: 'the same origin is looked at again, and found good again; it costs time alone',
  },
  {
    file: 'src/server/send-answer.ts',
    line: 'if (!isHead) void writeCorked(response, pieces);',
    changes: ['!isHead → true'],
    reason: 'Node itself writes nothing behind the head of a HEAD',
  },
  {
    file: 'src/server/header-parameters.ts',
    line: "while (position < text.length && text[position] !== '\"') {",
    changes: ['< → <='],
    reason: 'behind the end there is no character to take, and nothing after it to read',
  },
  {
    file: 'src/usage/bill-row.ts',
    line: "const [, date = '', time, zone = ''] =",
    changes: ["'' → 'x'"],
    reason: 'what is no day gives no time either; and of no zone, and of one that is none, the time is UTC',
  },
  {
    file: 'src/usage/zone-day.ts',
    line: 'const aheadMs = zoneOffsets(timeZone, atMs, atMs)[0]?.offsetMs ?? 0;',
    changes: ['0 → 1'],
    reason: 'there is always a first one: the default is for the type checker alone',
  },
  {
    file: 'src/admission/periods.ts',
    line: 'const furthestMs = 40 * hourMs;',
    changes: ['40 → 400'],
    reason: 'a wider search finds the same moment; it costs time alone',
  },
  {
    file: 'src/server/send-answer.ts',
    line: 'return !isOver;',
    changes: ['!isOver → true'],
    reason: 'whoever looks again after the end writes nothing then either',
  },
  {
    file: 'src/server/canonical-url.ts',
    line: 'const prefixes = /^(?:\\/(?:v1)+|\\/openai|\\/v1beta(?=\\/openai\\/))*(?=\\/)/;',
    changes: [
      '/^(?:\\/(?:v1)+|\\/openai|\\/v1beta(?=\\/openai\\/))*(?=\\/)/ → /(?:\\/(?:v1)+|\\/openai|\\/v1beta(?=\\/openai\\/))*(?=\\/)/',
    ],
    reason: 'a path begins with its slash, so that the first place it fits is the front',
  },
  {
    file: 'src/server/form-reader.ts',
    line: "#headers: PartHeaders = { name: '', filename: undefined, contentType: undefined, charset: undefined };",
    reason: 'it is read only after a part has begun, which sets it',
  },
  {
    file: 'src/server/send-answer.ts',
    line: 'isOver = true;',
    reason:
      'the timer and the listener are taken away in the same step; the flag is for a probe that is under way, which finds the response ended',
  },
  {
    file: 'src/server/send-answer.ts',
    line: 'if ((response.socket?.writableLength ?? 0) > 0) watchClient(response, patience, byteLength);',
    changes: ['(response.socket?.writableLength ?? 0) > 0 → true'],
    reason: 'a client that has taken everything is never found waiting; watching it costs time alone',
  },
  {
    file: 'src/upstreams/credentials/token-http.ts',
    line: 'const defaultPausesMs = [200, 800];',
    changes: ['200 → 2000', '800 → 8000'],
    reason: 'how long is waited between tries changes the time, not what comes of them',
  },
  {
    file: 'src/upstreams/http/sse-data.ts',
    line: 'while (index < chunk.length) {',
    changes: ['< → <='],
    reason: 'at the end of a chunk there is no line to take, and the search returns',
  },
  {
    file: 'src/upstreams/credentials/token-http.ts',
    line: 'connections: 4,',
    reason: 'one token is asked for at a time, and what it takes one after the other',
  },
  {
    file: 'src/upstreams/credentials/token-http.ts',
    line: 'keepAliveTimeout: 4000,',
    reason: 'a connection that is kept longer saves time alone; tokens are asked for once an hour',
  },
  ...['INTERNAL', 'UNKNOWN', 'DATA_LOSS'].map((word) => ({
    file: 'src/upstreams/gemini/errors.ts',
    line: `['${word}', 500],`,
    changes: ['500 → 5000'],
    reason: 'it is compared with statuses that have a meaning of their own, and with the least of its class',
  })),
  {
    file: 'src/upstreams/gemini/retry-delay.ts',
    line: "return typeof value === 'string' ? bounded(Date.parse(value.slice(0, 100)) - nowMs) : undefined;",
    changes: ['value.slice(0, 100) → value'],
    reason: 'no date is as long: what is cut off costs time alone',
  },
  {
    file: 'src/upstreams/credentials/access-token.ts',
    line: '#pausedUntilMs = 0;',
    reason: 'no clock is at the first millisecond of 1970',
  },
  {
    file: 'src/routing/upstream-health.ts',
    line: 'return health.probeLadderMs[Math.min(step, health.probeLadderMs.length - 1)] ?? 0;',
    changes: ['0 → 1'],
    reason: 'the ladder always has the step that is asked for',
  },
  {
    file: 'src/pixels/mask/blend-pixels.ts',
    line: 'return Uint8Array.from({ length: 256 }, (_, units) => {',
    changes: ['256 → 2560'],
    reason: 'a distance is a byte: what a longer table has more is never looked up',
  },
  {
    file: 'src/pixels/mask/blend-pixels.ts',
    line: 'for (let row = 0; row < rows; row++) {',
    changes: ['< → <='],
    reason: 'behind the last row there is no run, and no pixel that is open',
  },
  {
    file: 'src/pixels/mask/mask-islands.ts',
    line: 'while (above < aboveEnd && (runEnd[above] ?? 0) < start) above++;',
    changes: ['0 → 1'],
    reason: 'the run is there: the default is for the type checker alone',
  },
  {
    file: 'src/pixels/mask/mask-islands.ts',
    line: 'let above = firstRunOfRow[row - 1] ?? 0;',
    changes: ['0 → 1'],
    reason: 'above the first row there are no runs, so that none is looked at from either',
  },
  {
    file: 'src/pixels/mask/mask-islands.ts',
    line: 'parent[root] = parent[parent[root] ?? 0] ?? 0;',
    reason: 'a way that is not halved leads to the same root; it costs time alone',
  },
  ...[
    'let runStart = new Int32Array(1024);',
    'let runEnd = new Int32Array(1024);',
    'let parent = new Int32Array(1024);',
    'let depth = new Uint8Array(1024);',
  ].map((line) => ({
    file: 'src/pixels/mask/mask-islands.ts',
    line,
    changes: ['1024 → 10240'],
    reason: 'the four grow when the first is full: one that is larger holds the same',
  })),
  ...[
    'runStart = grown(runStart, new Int32Array(runs * 2));',
    'runEnd = grown(runEnd, new Int32Array(runs * 2));',
    'parent = grown(parent, new Int32Array(runs * 2));',
    'depth = grown(depth, new Uint8Array(runs * 2));',
  ].map((line) => ({
    file: 'src/pixels/mask/mask-islands.ts',
    line,
    changes: ['2 → 3'],
    reason: 'how much it grows at once changes how often it is copied, not what it holds',
  })),
  {
    file: 'src/pixels/mask/blend-pixels.ts',
    line: 'const kept = alpha[index] ?? 255;',
    changes: ['255 → 2550'],
    reason: 'the index is inside the array: the default is for the type checker alone',
  },
  {
    file: 'src/pixels/mask/blend-pixels.ts',
    line: 'mix(pixels, drawn, index * channels, soft > kept ? soft : kept);',
    changes: ['> → >='],
    reason: 'of two that are equal it does not matter which is taken',
  },
  {
    file: 'src/pixels/mask/blend-pixels.ts',
    line: 'return part >= 1 ? 0 : Math.round(255 * (1 - part * part * (3 - 2 * part)));',
    changes: ['>= → >'],
    reason: 'at 1 the curve is at 0 itself',
  },
  {
    file: 'src/pixels/mask/edge-distance.ts',
    line: 'for (let index = 0; index < alpha.length; index++) if (alpha[index] !== 255) distance[index] = limit;',
    changes: ['< → <='],
    reason: 'nothing is written behind the end of a typed array',
  },
  {
    file: 'src/pixels/mask/edge-distance.ts',
    line: 'for (let row = 0; row < rows; row++) sweep(distance, row * widthPx, widthPx, row > 0 ? -widthPx : 0, 1);',
    changes: ['< → <='],
    reason: 'behind the last row there is no pixel, and none is written',
  },
  {
    file: 'src/pixels/mask/edge-distance.ts',
    line: 'for (let row = rows - 1; row >= 0; row--)',
    changes: ['- → +', '1 → 0'],
    reason: 'behind the last row there is no pixel, and none is written',
  },
  {
    file: 'src/pixels/mask/edge-distance.ts',
    line: 'if (best === 0) continue;',
    changes: ['best === 0 → false', '0 → 1'],
    reason: 'nothing is nearer than 0, and no distance is 1; it saves time alone',
  },
  {
    file: 'src/pixels/mask/plan-mask.ts',
    line: 'while (top < rows && isOpaque(top)) top++;',
    changes: ['< → <='],
    reason: 'behind the last row there is none that is opaque',
  },
  {
    file: 'src/pixels/mask/composite-mask.ts',
    line: '? pipeline.png({ compressionLevel: 6 })',
    changes: ['6 → 7'],
    reason: 'the same pixels in a few bytes less, and later',
  },
  {
    file: 'src/pixels/mask/composite-mask.ts',
    line: ': pipeline.webp({ lossless: true, exact: true, effort: 0 });',
    changes: ['0 → 1'],
    reason: 'the same pixels in a few bytes less, and later',
  },
  {
    file: 'src/pixels/mask/guidance-image.ts',
    line: '.png({ compressionLevel: 6 });',
    changes: ['6 → 7'],
    reason: 'the same pixels in a few bytes less, and later',
  },
  {
    file: 'src/pixels/mask/composite-mask.ts',
    line: "mode: isOver ? 'over' : 'mix',",
    changes: ["'mix' → ''"],
    reason: 'every mode but `over` is the other one',
  },
];
