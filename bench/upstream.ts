import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { bodySpec, isBodyName } from './bodies/body-specs.ts';
import { geminiBody, imagenBody } from './bodies/gemini-body.ts';
import { photographFile } from './bodies/photograph.ts';
import { pictureOf } from './bodies/pictures.ts';
import type { AnswerName, UpstreamOrder, UpstreamReport } from './upstream-messages.ts';
import { HttpReader } from './wire/http-reader.ts';
import { JsonStringHasher } from './wire/json-string-hasher.ts';

// The upstream of the bench, a process of its own: whole answers lie ready and go out as one buffer, so that it
// is never what is measured. One answer is current at a time; the bench says which, over its channel. Over TLS it
// answers as Google does: in chunks, its length not told.

interface ReadyAnswers {
  readonly gemini: Buffer;
  readonly imagen: Buffer;
  /** Gemini's, in chunks. */
  readonly chunked: Buffer;
}

const chunkBytes = 16 * 1024;
const ready = new Map<AnswerName, ReadyAnswers>();
const unwelcome = wholeAnswer(
  '400 Bad Request',
  Buffer.from(
    '{"error":{"code":400,"message":"A reference picture is missing or damaged.","status":"INVALID_ARGUMENT"}}\n',
  ),
);
let current: UpstreamOrder = { kind: 'answer', body: '0.8 kB', thinkMs: 0, references: [] };

function headOf(status: string, length: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=UTF-8\r\nvary: Origin, X-Origin, Referer\r\nserver: bench\r\n${length}\r\n\r\n`,
  );
}

function wholeAnswer(status: string, body: Buffer): Buffer {
  return Buffer.concat([headOf(status, `content-length: ${body.length}`), body]);
}

function chunkedAnswer(status: string, body: Buffer): Buffer {
  const pieces = [headOf(status, 'transfer-encoding: chunked')];
  for (let at = 0; at < body.length; at += chunkBytes) {
    const chunk = body.subarray(at, at + chunkBytes);
    pieces.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}

function answersFor(name: AnswerName): ReadyAnswers {
  let answers = ready.get(name);
  if (answers === undefined) {
    const isOwn = isBodyName(name);
    const picture = isOwn ? pictureOf(bodySpec(name)) : readFileSync(photographFile(name));
    const base64 = picture.toString('base64');
    const gemini = geminiBody(base64, isOwn ? 'image/png' : 'image/jpeg');
    answers = {
      gemini: wholeAnswer('200 OK', gemini),
      imagen: wholeAnswer('200 OK', imagenBody(base64)),
      chunked: chunkedAnswer('200 OK', gemini),
    };
    ready.set(name, answers);
  }
  return answers;
}

function serve(socket: Socket, gemini: 'gemini' | 'chunked'): void {
  socket.setNoDelay(true);
  let isImagen = false;
  let closes = false;
  let found: string[] = [];
  let hasher: JsonStringHasher | undefined;
  const answer = (): void => {
    const isComplete = current.references.every((sha256, index) => found[index] === sha256);
    const answers = answersFor(current.body);
    const bytes = isComplete ? answers[isImagen ? 'imagen' : gemini] : unwelcome;
    if (closes) socket.end(bytes);
    else socket.write(bytes);
  };
  const reader = new HttpReader({
    onHead({ startLine, headers }) {
      isImagen = startLine.includes(':predict');
      closes = headers.get('connection')?.toLowerCase() === 'close';
      found = [];
      hasher =
        current.references.length > 0
          ? new JsonStringHasher('data', ({ sha256 }) => found.push(sha256))
          : undefined;
    },
    onBody: (chunk) => hasher?.push(chunk),
    onEnd() {
      if (current.thinkMs > 0) setTimeout(answer, current.thinkMs);
      else answer();
    },
  });
  socket.on('data', (chunk) => {
    try {
      reader.push(chunk);
    } catch {
      socket.destroy();
    }
  });
  // A caller that leaves is the caller's affair.
  socket.on('error', () => socket.destroy());
}

function report(message: UpstreamReport): void {
  process.send?.(message);
}

process.on('message', (order: UpstreamOrder) => {
  answersFor(order.body);
  current = order;
  report({ kind: 'ready' });
});
process.on('disconnect', () => process.exit(0));

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, backlog: 4096 };
    server.listen(options, () => resolve((server.address() as AddressInfo).port));
  });
}

const [port = '0', certificateFile = '', keyFile = ''] = process.argv.slice(2);
const plain = createServer((socket) => serve(socket, 'gemini'));
const encrypted = createTlsServer(
  { cert: readFileSync(certificateFile), key: readFileSync(keyFile) },
  (socket) => serve(socket, 'chunked'),
);
report({
  kind: 'listening',
  port: await listen(plain, Number(port)),
  tlsPort: await listen(encrypted, 0),
});
