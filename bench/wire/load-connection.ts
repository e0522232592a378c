import { connect, type Socket } from 'node:net';
import type { Expectation } from '../load-messages.ts';
import { AnswerCheck } from './answer-check.ts';
import { HttpReader } from './http-reader.ts';
import { requestBytes } from './raw-request.ts';

export interface ConnectionJob {
  readonly port: number;
  readonly request: Buffer;
  readonly expect: Expectation;
  readonly samePicture: { sha256?: string };
  readonly receiveBufferBytes: number;
  /** Whether another request should be started. Called before each. */
  readonly takeTurn: () => boolean;
  readonly onDone: (latencyMs: number, failure: string | undefined) => void;
}

/** One keep-alive connection that sends request after request. Resolves when it gets no more turns. */
export function runConnection(job: ConnectionJob): Promise<void> {
  return new Promise((resolve) => {
    let socket: Socket;
    let check: AnswerCheck | undefined;
    let startedAt = 0;
    let closesAfter = false;
    // One buffer for the whole life: received bytes cost no allocation.
    const receiveBuffer = Buffer.allocUnsafeSlow(job.receiveBufferBytes);

    const next = (): void => {
      if (!job.takeTurn()) {
        socket.destroy();
        resolve();
        return;
      }
      check = new AnswerCheck(job.expect, job.samePicture);
      startedAt = performance.now();
      if (closesAfter || socket.destroyed) {
        socket.destroy();
        open();
      } else {
        socket.write(job.request);
      }
    };
    const finish = (failure: string | undefined): void => {
      check = undefined;
      job.onDone(performance.now() - startedAt, failure);
      next();
    };
    const open = (): void => {
      closesAfter = false;
      const reader = new HttpReader({
        onHead({ startLine, headers }) {
          closesAfter = headers.get('connection')?.toLowerCase() === 'close';
          check?.onHead(startLine);
        },
        onBody: (chunk) => check?.onBody(chunk),
        onEnd() {
          const end = check?.onEnd();
          if (typeof end === 'object')
            socket.write(requestBytes({ method: 'GET', path: end.path, headers: {} }, job.port));
          else finish(end);
        },
      });
      const own = connect({
        host: '127.0.0.1',
        port: job.port,
        noDelay: true,
        onread: {
          buffer: receiveBuffer,
          callback: (byteLength) => {
            try {
              reader.push(receiveBuffer.subarray(0, byteLength));
            } catch (error) {
              own.destroy(error instanceof Error ? error : undefined);
            }
            return true;
          },
        },
      });
      socket = own;
      const onGone = (reason: string): void => {
        if (socket !== own || check === undefined) return;
        own.destroy();
        finish(reason);
      };
      own.on('connect', () => own.write(job.request));
      own.on('error', (error) => onGone(`connection: ${error.message}`));
      own.on('close', () => onGone('the connection closed before the answer was whole'));
    };
    if (!job.takeTurn()) {
      resolve();
      return;
    }
    check = new AnswerCheck(job.expect, job.samePicture);
    startedAt = performance.now();
    open();
  });
}
