import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchClient } from './watch-client.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const second = 1000;
const minute = 60 * second;

/** A response on a connection that times out as Node's do: once, when nothing went out for as long as was set. */
class SlowResponse extends EventEmitter {
  readonly socket = { writableLength: 1 };
  isDestroyed = false;
  #timer: NodeJS.Timeout | undefined;
  #timeoutMs = 0;

  setTimeout(timeoutMs: number, onTimeout?: () => void): void {
    if (onTimeout !== undefined) this.on('timeout', onTimeout);
    this.#timeoutMs = timeoutMs;
    this.#arm();
  }

  /** A byte went out. */
  takeSome(): void {
    this.#arm();
  }

  destroy(): void {
    this.isDestroyed = true;
    this.emit('close');
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.emit('timeout'), this.#timeoutMs);
  }
}

function watched(isWanted: boolean, byteLength?: number) {
  const response = new SlowResponse();
  const patience = { stalledMs: 4 * second, isWanted: () => isWanted };
  watchClient(response as unknown as ServerResponse, patience, byteLength);
  return response;
}

describe('a client that takes nothing', () => {
  test('is given up after the stall time when others wait, and not before', () => {
    const response = watched(true);
    vi.advanceTimersByTime(4 * second - 1);
    expect(response.isDestroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(response.isDestroyed).toBe(true);
  });

  test('is given up after two minutes when nobody waits', () => {
    const response = watched(false);
    vi.advanceTimersByTime(2 * minute - 1);
    expect(response.isDestroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(response.isDestroyed).toBe(true);
  });

  test('is given up after two minutes also when more is allowed for those who are waited for', () => {
    const response = new SlowResponse();
    watchClient(response as unknown as ServerResponse, { stalledMs: 60 * minute, isWanted: () => false });
    vi.advanceTimersByTime(2 * minute - 1);
    expect(response.isDestroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(response.isDestroyed).toBe(true);
  });

  test('is not given up while there is nothing for it to take', () => {
    const response = watched(true);
    response.socket.writableLength = 0;
    vi.advanceTimersByTime(60 * minute);
    expect(response.isDestroyed).toBe(false);
    response.socket.writableLength = 1;
    vi.advanceTimersByTime(second);
    expect(response.isDestroyed).toBe(true);
  });

  test('is not given up for silences between which it took something', () => {
    const response = watched(true);
    for (let round = 0; round < 20; round++) {
      vi.advanceTimersByTime(3 * second + 900);
      response.takeSome();
    }
    expect(response.isDestroyed).toBe(false);
    vi.advanceTimersByTime(4 * second);
    expect(response.isDestroyed).toBe(true);
  });
});

describe('a client that takes an answer of known length', () => {
  const byteLength = 64 * 1024 * 30;
  const keepTaking = (response: SlowResponse, forMs: number): void => {
    for (let passedMs = 0; passedMs < forMs; passedMs += second / 2) {
      vi.advanceTimersByTime(second / 2);
      response.takeSome();
    }
  };

  test('has a minute, and a second for each 64 KiB', () => {
    const response = watched(false, byteLength);
    keepTaking(response, 90 * second - 500);
    expect(response.isDestroyed).toBe(false);
    keepTaking(response, 500);
    expect(response.isDestroyed).toBe(true);
  });

  test('is not waited for any more when it has taken it, and keeps no process alive', () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const response = watched(false, byteLength);
    const tooSlow = timers.mock.results.at(-1)?.value as NodeJS.Timeout | undefined;
    expect(tooSlow?.hasRef()).toBe(false);
    response.emit('close');
    keepTaking(response, 10 * minute);
    expect(response.isDestroyed).toBe(false);
  });

  test('of unknown length it has as long as it takes', () => {
    const response = watched(false);
    keepTaking(response, 60 * minute);
    expect(response.isDestroyed).toBe(false);
  });
});
