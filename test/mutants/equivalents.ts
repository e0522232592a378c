import { type Equivalent, pixelEquivalents } from './pixel-equivalents.ts';

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

export const equivalents: readonly Equivalent[] = [
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
    line: "const otherSlot = 'other';",
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
    file: 'src/access/login-guard.ts',
    line: 'times.filter((atMs) => nowMs - atMs < windowMs);',
    changes: ['< → <='],
    reason: 'one that is just as old as the window is waited for no more',
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
    line: 'maxConnections: 4,',
    reason: 'one token is asked for at a time, and what it takes one after the other',
  },
  {
    file: 'src/upstreams/credentials/token-http.ts',
    line: 'keepAliveTimeoutMs: 4000,',
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
  ...pixelEquivalents,
];
