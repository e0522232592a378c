import { afterEach, describe, expect, test } from 'vitest';
import { Memory } from '../../src/admission/memory.ts';
import type { CallVerdict } from '../../src/journey/call.ts';
import { OrderScope } from '../../src/journey/order-scope.ts';
import type { DrawWish, Upstream } from '../../src/journey/upstream.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { PlantainError } from '../../src/kernel/plantain-error.ts';
import { httpAnswer, type RawCall, startRawUpstream } from '../support/raw-upstream.ts';

/** An answer as a service of the kind words it. */
export interface LookAlikeAnswer {
  /** Default `200 OK`. */
  readonly status?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where and how the adapter is opened for one test. */
export interface UpstreamOpening {
  /** Of the service that stands in, without a path. */
  readonly baseUrl: string;
  readonly name: string;
  /** Whatever the kind calls it: what must never be in a text. */
  readonly secret: string;
  readonly headersTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly clock: Clock;
}

/** How a kind of upstream is opened, and how its service words what every service can say. */
export interface UpstreamLookAlike {
  readonly open: (opening: UpstreamOpening) => Upstream;
  readonly wish: DrawWish;
  /** One picture, whose base64 is `pictureBase64`. */
  readonly picture: LookAlikeAnswer;
  readonly pictureBase64: string;
  /** Of its safety system. */
  readonly refusal: LookAlikeAnswer;
  /** An answer that brings no picture and is no error, and what it is told as. */
  readonly withoutPicture: LookAlikeAnswer & { readonly verdict: CallVerdict };
  readonly callersFault: LookAlikeAnswer;
  readonly keyRefused: LookAlikeAnswer;
  /** A limit that ends after 34 seconds. */
  readonly limited: LookAlikeAnswer;
  readonly failed: LookAlikeAnswer;
  /** To the free question of `checkKey`; absent, the kind asks none. */
  readonly keyAccepted?: LookAlikeAnswer;
}

const secret = 'SECRET-of-the-operator-0123456789';
const nowMs = 1_790_000_000_000;
const reasons = [
  ['client_closed', 'caller'],
  ['upstream_timeout', 'upstream'],
  ['server_stopping', 'ours'],
] as const;

/** Every adapter of the port `Upstream` keeps these promises, against a real HTTP server that answers like its service. */
export function upstreamContract(lookAlike: UpstreamLookAlike): void {
  const { wish, picture, keyAccepted } = lookAlike;
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  const open = (opening: Partial<UpstreamOpening> & { readonly baseUrl: string }): Upstream => {
    const upstream = lookAlike.open({
      name: 'under-test',
      secret,
      headersTimeoutMs: 10_000,
      maxAnswerBytes: 1_000_000,
      clock: { nowMs: () => nowMs },
      ...opening,
    });
    closers.push(() => upstream.close());
    return upstream;
  };
  const serve = async (answer: (call: RawCall) => void) => {
    const service = await startRawUpstream(answer);
    closers.push(() => service.close());
    return service;
  };
  const newOrder = () => {
    const memory = new Memory({ maxBytes: 1e9, stalledMs: 10_000 });
    return { memory, scope: new OrderScope(() => memory.open()) };
  };
  /** One call to a service that answers like this. */
  const draw = async (
    answer: (call: RawCall) => void,
    opening: Partial<UpstreamOpening> = {},
    order = newOrder(),
  ) => {
    const service = await serve(answer);
    const upstream = open({ baseUrl: service.url, ...opening });
    const result = await upstream.draw(wish, order.scope);
    return { ...result, ...order, upstream, service };
  };

  describe('what a call came to', () => {
    test('a picture is delivered as it came, by one request, and told with upstream, model and times', async () => {
      const { call, image, service } = await draw(reply(picture));
      expect(call).toMatchObject({
        upstream: 'under-test',
        model: wish.model,
        startedAtMs: nowMs,
        endedAtMs: nowMs,
        verdict: 'picture',
        phase: 'answered',
        httpStatus: 200,
        picturesSeen: 1,
      });
      expect(call.fault).toBeUndefined();
      expect(image?.base64.headText(1_000_000)).toBe(lookAlike.pictureBase64);
      expect(service.count()).toBe(1);
    });

    test('a picture is delivered soon after it is whole, though the service never ends its answer', async () => {
      const length = { 'content-length': String(Buffer.byteLength(picture.body) + 1) };
      const { call, image } = await draw(reply({ ...picture, headers: length }));
      expect(call).toMatchObject({ verdict: 'picture', phase: 'answered', httpStatus: 200 });
      expect(image?.base64.headText(1_000_000)).toBe(lookAlike.pictureBase64);
    });

    test('what the safety system declines is refused: the caller’s to change, nobody’s to try again', async () => {
      const { call, image } = await draw(reply(lookAlike.refusal));
      expect(call).toMatchObject({
        verdict: 'refused',
        fault: 'caller',
        error: { code: 'moderation_blocked' },
      });
      expect(image).toBeUndefined();
    });

    test('an answer without a picture is no success', async () => {
      const { call, image } = await draw(reply(lookAlike.withoutPicture));
      expect(call.verdict).toBe(lookAlike.withoutPicture.verdict);
      expect(call.error).toBeInstanceOf(PlantainError);
      expect(image).toBeUndefined();
    });

    test('a request that the service declines is the caller’s fault, and told as one that it can cure', async () => {
      const { call, memory } = await draw(reply(lookAlike.callersFault));
      expect(call).toMatchObject({ verdict: 'failed', phase: 'refused', fault: 'caller' });
      expect(call.error?.entry.status).toBe(400);
      expect(memory.heldBytes).toBe(0);
    });

    test('a key that is refused is a fault of the credential, of the whole upstream', async () => {
      const { call } = await draw(reply(lookAlike.keyRefused));
      expect(call).toMatchObject({
        verdict: 'failed',
        phase: 'refused',
        fault: 'credential',
        error: { code: 'upstream_auth_error' },
      });
      expect(call.reach).toBeUndefined();
    });

    test('a limit is told with the moment it ends', async () => {
      const { call } = await draw(reply(lookAlike.limited));
      expect(call).toMatchObject({
        verdict: 'failed',
        phase: 'refused',
        fault: 'quota',
        httpStatus: 429,
        untilMs: nowMs + 34_000,
        quota: { kind: 'stated' },
        error: { code: 'rate_limit_exceeded', retryAfterSeconds: 34 },
      });
    });

    test('a failure of its own is the upstream’s', async () => {
      const { call, memory } = await draw(reply(lookAlike.failed));
      expect(call).toMatchObject({ verdict: 'failed', phase: 'failed', fault: 'upstream' });
      expect(memory.heldBytes).toBe(0);
    });

    test('a page in place of an answer is no answer of the service’s', async () => {
      const { call } = await draw(reply({ body: '<!doctype html><title>Log in</title>' }));
      expect(call).toMatchObject({ verdict: 'failed', picturesSeen: 0 });
    });
  });

  describe('how far a call came', () => {
    test('nobody listens: unsent', async () => {
      const closed = await startRawUpstream(() => undefined);
      await closed.close();
      const { scope } = newOrder();
      const { call } = await open({ baseUrl: closed.url }).draw(wish, scope);
      expect(call).toMatchObject({
        verdict: 'failed',
        phase: 'unsent',
        fault: 'upstream',
        error: { code: 'upstream_unavailable' },
      });
    });

    test('an order that was given up before is not sent at all', async () => {
      const order = newOrder();
      order.scope.abort(new PlantainError('client_closed', 'gone'));
      const { call, service } = await draw(reply(picture), {}, order);
      expect(call).toMatchObject({ verdict: 'failed', phase: 'unsent', fault: 'caller' });
      expect(service.count()).toBe(0);
    });

    test.each([
      ['reset', ({ socket }: RawCall) => void socket.resetAndDestroy(), 'upstream_error'],
      ['closed', ({ socket }: RawCall) => void socket.end(), 'upstream_error'],
      ['answered by no HTTP', ({ socket }: RawCall) => void socket.end('SSH-2.0\r\n'), 'upstream_error'],
      ['met by silence', () => undefined, 'upstream_timeout'],
    ])('%s after it was sent: unanswered, and perhaps charged', async (_name, answer, code) => {
      const { call } = await draw(answer, { headersTimeoutMs: 100 });
      expect(call).toMatchObject({
        verdict: 'failed',
        phase: 'unanswered',
        fault: 'upstream',
        usage: 'not counted',
        error: { code },
      });
      expect(call.httpStatus).toBeUndefined();
    });

    test('cut in its picture: broken off, and its bytes are given back', async () => {
      const whole = picture.body;
      const { call, image, memory } = await draw(({ socket }) => {
        socket.write(headOf(picture, whole.length));
        const middle = whole.indexOf(lookAlike.pictureBase64) + 20;
        socket.write(whole.slice(0, middle), () => socket.destroySoon());
      });
      expect(call).toMatchObject({ verdict: 'failed', phase: 'broken_off', httpStatus: 200 });
      expect(image).toBeUndefined();
      expect(memory.heldBytes).toBe(0);
    });

    test('larger than may be: ours not to take, and given back', async () => {
      const { call, memory } = await draw(reply(picture), { maxAnswerBytes: 40 });
      expect(call).toMatchObject({
        verdict: 'failed',
        fault: 'ours',
        error: { code: 'upstream_answer_too_large' },
      });
      expect(memory.heldBytes).toBe(0);
    });

    test.each(reasons)('given up in the middle of its answer for %s: broken off', async (code, fault) => {
      const order = newOrder();
      let left: Promise<unknown> | undefined;
      const { call, memory } = await draw(
        ({ socket }) => {
          left = new Promise((resolve) => socket.once('close', resolve));
          socket.write(`${headOf(picture, 1000)}${picture.body.slice(0, 10)}`);
          setTimeout(() => order.scope.abort(new PlantainError(code, code)), 20);
        },
        {},
        order,
      );
      expect(call).toMatchObject({ verdict: 'failed', phase: 'broken_off', fault, error: { code } });
      expect(memory.heldBytes).toBe(0);
      await left;
    });

    test.each(reasons)('given up while it waits for %s: unanswered', async (code, fault) => {
      const order = newOrder();
      const give = (): void => order.scope.abort(new PlantainError(code, code));
      const { call } = await draw(() => void setTimeout(give, 20), {}, order);
      expect(call).toMatchObject({ verdict: 'failed', phase: 'unanswered', fault, error: { code } });
    });
  });

  test('a connection is used again, and `close` ends it: whoever asks later is told, not rejected', async () => {
    const sockets = new Set<RawCall['socket']>();
    const service = await serve((call) => {
      sockets.add(call.socket);
      reply(picture)(call);
    });
    const upstream = open({ baseUrl: service.url });
    for (let index = 0; index < 5; index++)
      expect((await upstream.draw(wish, newOrder().scope)).call.verdict).toBe('picture');
    expect(sockets.size).toBeLessThan(5);
    const ended = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    await upstream.close();
    await Promise.all(ended);
    const { call } = await upstream.draw(wish, newOrder().scope);
    expect(call).toMatchObject({ verdict: 'failed', phase: 'unsent' });
  });

  test('no text that leaves the adapter has the key in it', async () => {
    const { callersFault, keyRefused, limited, failed, refusal } = lookAlike;
    for (const answer of [callersFault, keyRefused, limited, failed, refusal]) {
      const { call } = await draw(reply(answer));
      const { message = '', cause } = call.error ?? {};
      expect(`${message} ${String(cause)} ${JSON.stringify(call)}`).not.toContain(secret);
    }
  });

  if (keyAccepted !== undefined)
    describe('the free question about the key', () => {
      const ask = async (answer: (call: RawCall) => void, signal = AbortSignal.timeout(10_000)) => {
        const service = await serve(answer);
        return open({ baseUrl: service.url }).checkKey?.(signal);
      };

      test('is accepted, or refused for want of what a call would be refused for', async () => {
        expect(await ask(reply(keyAccepted))).toMatchObject({ fault: null, httpStatus: 200 });
        expect(await ask(reply(lookAlike.keyRefused))).toMatchObject({ fault: 'credential' });
        expect(await ask(reply(lookAlike.limited))).toMatchObject({ fault: 'quota', httpStatus: 429 });
      });

      test('is never rejected: not by silence, not by nobody', async () => {
        expect(await ask(() => undefined, AbortSignal.timeout(50))).toMatchObject({ fault: 'upstream' });
        const closed = await startRawUpstream(() => undefined);
        await closed.close();
        const check = await open({ baseUrl: closed.url }).checkKey?.(AbortSignal.timeout(10_000));
        expect(check).toMatchObject({ fault: 'upstream', httpStatus: undefined });
        expect(check?.reason).not.toBe('');
      });
    });
}

function reply({ body, ...options }: LookAlikeAnswer): (call: RawCall) => void {
  return ({ socket }) => void socket.write(httpAnswer(body, options));
}

function headOf({ headers = {} }: LookAlikeAnswer, length: number): string {
  const lines = Object.entries({ 'content-length': String(length), ...headers });
  return `HTTP/1.1 200 OK\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}
