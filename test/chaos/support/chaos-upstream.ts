import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { imageAnswer } from '../../support/fake-gemini.ts';

export interface UpstreamCall {
  /** The prompt as it arrived, with what was added to it. */
  readonly prompt: string;
  readonly isStreamed: boolean;
  readonly bodyBytes: number;
}

/** What the upstream does with a call whose body is here. What it throws breaks the connection. */
export type Answering = (call: UpstreamCall, response: ServerResponse) => void | Promise<void>;

export interface ChaosUpstream {
  readonly url: string;
  /** Calls whose body has arrived. */
  readonly calls: number;
  close(): Promise<void>;
}

/** Of a body only the end is kept, where the prompt stands: edits bring hundreds of megabytes. */
const keptBytes = 16 * 1024;

/** An HTTP server of the Gemini API's shape that keeps nothing of what it is sent. Port 0 takes any free one. */
export async function startChaosUpstream(answer: Answering, port = 0): Promise<ChaosUpstream> {
  let calls = 0;
  const server = createServer((request, response) => {
    let bodyBytes = 0;
    let tail = Buffer.alloc(0);
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => {
      bodyBytes += chunk.length;
      tail = Buffer.concat([tail, chunk.subarray(-keptBytes)]).subarray(-keptBytes);
    });
    request.on('end', () => {
      calls++;
      const prompt = /"text":"((?:[^"\\]|\\.)*)"/.exec(tail.toString('utf8'))?.[1] ?? '';
      const call = {
        prompt,
        isStreamed: request.url?.includes(':streamGenerateContent') ?? false,
        bodyBytes,
      };
      void (async () => answer(call, response))().catch(() => response.destroy());
    });
  });
  // Nothing of an experiment is as slow as this, and a time-out would be one more fault.
  server.requestTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const usage = {
  promptTokenCount: 10,
  candidatesTokenCount: 1120,
  totalTokenCount: 1130,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 10 }],
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
};

/** A whole answer with one picture, given as base64. */
export function wholeAnswer(base64: Buffer, mimeType = 'image/png'): Buffer {
  const [head = '', tail = ''] = JSON.stringify({
    ...imageAnswer('@', mimeType),
    usageMetadata: usage,
  }).split('@');
  return Buffer.concat([Buffer.from(head), base64, Buffer.from(tail)]);
}

/** The same as events: drafts first, each flagged as a thought. */
export function streamedAnswer(drafts: readonly Buffer[], base64: Buffer): Buffer {
  const draft = (picture: Buffer): Buffer[] => {
    const parts = [{ thought: true, inlineData: { mimeType: 'image/png', data: '@' } }];
    const [head = '', tail = ''] = JSON.stringify({
      candidates: [{ content: { parts, role: 'model' } }],
    }).split('@');
    return [Buffer.from(`data: ${head}`), picture, Buffer.from(`${tail}\r\n\r\n`)];
  };
  return Buffer.concat([
    ...drafts.flatMap(draft),
    Buffer.from('data: '),
    wholeAnswer(base64),
    Buffer.from('\r\n\r\n'),
  ]);
}

/** Sends a body in pieces, of one size or of any up to it. */
export function sendInPieces(
  response: ServerResponse,
  body: Buffer,
  contentType: string,
  pieceBytes: () => number,
): void {
  response.writeHead(200, { 'content-type': contentType });
  for (let at = 0; at < body.length; ) {
    const bytes = Math.max(1, pieceBytes());
    response.write(body.subarray(at, at + bytes));
    at += bytes;
  }
  response.end();
}

export function sendWhole(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}
