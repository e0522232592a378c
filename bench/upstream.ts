import { createServer, type Socket } from 'node:net';
import type { BodyName } from './bodies/body-specs.ts';
import { bodySpec } from './bodies/body-specs.ts';
import { geminiBody, imagenBody } from './bodies/gemini-body.ts';
import { pictureOf } from './bodies/pictures.ts';
import type { UpstreamOrder, UpstreamReport } from './upstream-messages.ts';
import { HttpReader } from './wire/http-reader.ts';
import { JsonStringHasher } from './wire/json-string-hasher.ts';

// The upstream of the bench, a process of its own: whole answers lie ready and go out as one buffer, so that it
// is never what is measured. One answer is current at a time; the bench says which, over its channel.

interface ReadyAnswers {
  readonly gemini: Buffer;
  readonly imagen: Buffer;
}

const ready = new Map<BodyName, ReadyAnswers>();
const unwelcome = wholeAnswer(
  '400 Bad Request',
  Buffer.from(
    '{"error":{"code":400,"message":"A reference picture is missing or damaged.","status":"INVALID_ARGUMENT"}}\n',
  ),
);
let current: UpstreamOrder = { kind: 'answer', body: '0.8 kB', thinkMs: 0, references: [] };

function wholeAnswer(status: string, body: Buffer): Buffer {
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=UTF-8\r\nvary: Origin, X-Origin, Referer\r\nserver: bench\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

function answersFor(name: BodyName): ReadyAnswers {
  let answers = ready.get(name);
  if (answers === undefined) {
    const base64 = pictureOf(bodySpec(name)).toString('base64');
    answers = {
      gemini: wholeAnswer('200 OK', geminiBody(base64)),
      imagen: wholeAnswer('200 OK', imagenBody(base64)),
    };
    ready.set(name, answers);
  }
  return answers;
}

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  let isImagen = false;
  let closes = false;
  let found: string[] = [];
  let hasher: JsonStringHasher | undefined;
  const answer = (): void => {
    const isComplete = current.references.every((sha256, index) => found[index] === sha256);
    const answers = answersFor(current.body);
    const bytes = isComplete ? answers[isImagen ? 'imagen' : 'gemini'] : unwelcome;
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

const server = createServer(serve);
server.listen({ host: '127.0.0.1', port: Number(process.argv[2] ?? 0), backlog: 4096 }, () => {
  const address = server.address();
  report({ kind: 'listening', port: typeof address === 'object' && address !== null ? address.port : 0 });
});
