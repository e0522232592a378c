import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeCall {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface FakeGemini {
  readonly url: string;
  readonly calls: FakeCall[];
  /** Calls whose client left before the answer was out. */
  readonly aborted: () => number;
  close(): Promise<void>;
}

/** An upstream that is not the emulator: any HTTP server of the documented shapes must do. */
export async function startFakeGemini(
  answer: (call: FakeCall, response: ServerResponse, index: number) => void | Promise<void>,
): Promise<FakeGemini> {
  const calls: FakeCall[] = [];
  let aborted = 0;
  const server: Server = createServer((request, response) => {
    response.once('close', () => {
      if (!response.writableFinished) aborted++;
    });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      // What a server asks once at its start, about its key.
      if (/\/models(?:\?|$)/.test(request.url ?? '')) {
        sendJson(response, { models: [] });
        return;
      }
      const text = Buffer.concat(chunks).toString('utf8');
      const call = {
        url: request.url ?? '',
        headers: request.headers,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
      calls.push(call);
      void answer(call, response, calls.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    aborted: () => aborted,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A 1×1 PNG. */
export const tinyPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** How the base64 of a PNG ends, for pictures that are none but in head and end: its last chunk. */
export const pngEnd = 'AAAAAElFTkSuQmCC';

/** A successful answer with one picture, as plain data. */
export function imageAnswer(data: string = tinyPng, mimeType = 'image/png') {
  return {
    candidates: [
      {
        content: { parts: [{ inlineData: { mimeType, data } }], role: 'model' },
        finishReason: 'STOP',
        index: 0,
      },
    ],
    usageMetadata: {
      promptTokenCount: 10,
      candidatesTokenCount: 1290,
      totalTokenCount: 1300,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 10 }],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
    },
    modelVersion: 'gemini-2.5-flash-image',
    responseId: 'fake',
  };
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
