import { ProcessTree } from '../measure/process-tree.ts';
import { jsonRequest } from '../wire/raw-request.ts';
import { modelId, prompt, type Target } from './target.ts';

export interface GivenTarget {
  readonly name: string;
  /** Base URL of an Images API, such as `http://127.0.0.1:3000/v1`. */
  readonly url: URL;
  /** Its process, for CPU time and memory. */
  readonly pid: number | undefined;
  readonly key: string;
  readonly model: string | undefined;
}

/** Reads `NAME=URL[,pid=N][,key=K][,model=M]`. */
export function parseGivenTarget(text: string): GivenTarget {
  const [first = '', ...rest] = text.split(',');
  const equals = first.indexOf('=');
  if (equals < 1)
    throw new Error(
      `--target ${text}: write NAME=URL, such as mine=http://127.0.0.1:3000/v1,pid=123,key=sk-1`,
    );
  const extras = new Map(
    rest.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const url = new URL(first.slice(equals + 1));
  if (url.hostname !== '127.0.0.1' && url.hostname !== 'localhost')
    throw new Error(`--target ${text}: only 127.0.0.1 can be measured`);
  const pid = extras.get('pid');
  return {
    name: first.slice(0, equals),
    url,
    pid: pid === undefined ? undefined : Number(pid),
    key: extras.get('key') ?? 'token',
    model: extras.get('model'),
  };
}

/** The hook for any other gateway: started by hand, pointed at the upstream's port, which `--upstream-port` fixes. */
export function givenTarget({ name, url, pid, key, model }: GivenTarget): Target {
  return {
    id: name,
    label: name,
    version: '',
    port: Number(url.port),
    tree: pid === undefined ? undefined : new ProcessTree(pid),
    pictureKey: 'b64_json',
    generate: jsonRequest(
      `${url.pathname.replace(/\/$/, '')}/images/generations`,
      { model: model ?? modelId, prompt, n: 1 },
      { authorization: `Bearer ${key}` },
    ),
    stop: () => Promise.resolve(),
  };
}
