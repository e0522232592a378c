import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createApp } from '../../src/app/lifecycle.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { OpenApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import { responseHeaders } from '../../src/openai/openapi/openapi-responses.ts';
import type { ApiRequest } from './api-requests.ts';
import { shownJson, shownJsonLine } from './shown-json.ts';

const repository = resolve(import.meta.dirname, '../..');
const key = `sk-${'Docs0'.repeat(9)}abc`;
const shownHeaders: ReadonlySet<string> = new Set([
  ...Object.keys(responseHeaders),
  'allow',
  'accept-ranges',
  'content-type',
  'content-disposition',
]);

/** A server on the sandbox that answers the requests of the API page. */
export interface AnswerRecorder {
  readonly document: OpenApiDocument;
  /** Sends the request and returns what came, as it stands on the page. */
  readonly record: (request: ApiRequest) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function startAnswerRecorder(): Promise<AnswerRecorder> {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-docs-'));
  const env = {
    PLANTAIN_PORT: '0',
    PLANTAIN_DATA_DIR: directory,
    PLANTAIN_BOOTSTRAP_KEY: key,
    PLANTAIN_LOG_LEVEL: 'silent',
  };
  const app = await createApp(loadConfig({ flags: {}, env, cwd: directory }).config);
  const { url } = await app.listen();
  let link = '';
  return {
    document: (await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument,
    record: async (request) => {
      const answer = await send(request, request.target === 'link' ? link : `${url}${request.target}`);
      const body = Buffer.from(await answer.arrayBuffer());
      link = /"url":"([^"]+)"/.exec(body.toString('latin1'))?.[1] ?? link;
      return steady(`${headOf(answer)}\n\n${bodyOf(answer, body)}`.trim(), url);
    },
    close: async () => {
      await app.drain();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function send({ method, keyHeader, json, form }: ApiRequest, address: string): Promise<Response> {
  const body = json === undefined ? await formData(form) : JSON.stringify(json);
  return fetch(address, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(keyHeader !== undefined && { [keyHeader]: keyHeader === 'api-key' ? key : `Bearer ${key}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
}

async function formData(fields: ApiRequest['form']): Promise<FormData | undefined> {
  if (fields === undefined) return undefined;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (!value.startsWith('@')) form.append(name, value);
    else {
      const path = value.slice(1);
      form.append(name, new Blob([await readFile(join(repository, path))]), basename(path));
    }
  }
  return form;
}

function headOf({ status, statusText, headers }: Response): string {
  const shown = [...headers].filter(([name]) => shownHeaders.has(name));
  return [`HTTP/1.1 ${String(status)} ${statusText}`, ...shown.map((pair) => pair.join(': '))].join('\n');
}

function bodyOf({ headers }: Response, body: Buffer): string {
  const type = headers.get('content-type') ?? '';
  if (type.startsWith('image/')) return body.length === 0 ? '' : '(the picture)';
  const text = body.toString('utf8');
  if (type.startsWith('text/event-stream'))
    return text
      .replaceAll(/^data: (.+)$/gm, (_line, data: string) => `data: ${shownJsonLine(JSON.parse(data))}`)
      .trim();
  return shownJson(JSON.parse(text));
}

/** What differs from run to run, at one value for all. */
function steady(text: string, url: string): string {
  const nowSeconds = Date.now() / 1000;
  return text
    .replaceAll(url, 'http://127.0.0.1:4747')
    .replaceAll(/req_\w+/g, 'req_0mzx1k9d2Vt5aQ8rLwB3nEoYc')
    .replaceAll(/(openai-processing-ms: )\d+/g, '$140')
    .replaceAll(/\b\d{10}\b/g, (digits) => {
      const ageSeconds = nowSeconds - Number(digits);
      if (Math.abs(ageSeconds) > 86_400) return digits;
      return ageSeconds >= 0 ? '1795559724' : '1795563324';
    })
    .replaceAll(/\b[0-9A-Za-z]{24}(?=\.(?:png|jpg|webp|avif)\b)/g, 'sCxOLHWutPlMEorhVMmB8q8i')
    .replaceAll(/(signature=)[\w-]+/g, '$1kX3…');
}
