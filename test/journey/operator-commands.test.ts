import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { leaveNote } from '../../src/cli/server-notes.ts';
import { sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { generate } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

let home: string;
let gateway: Gateway;
let forget: () => void;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'plantain-operator-'));
  gateway = await startGateway();
  forget = note(gateway);
});
afterAll(async () => {
  forget();
  await gateway.close();
  await rm(home, { recursive: true, force: true });
});

const note = ({ url, dataDir }: Gateway): (() => void) =>
  leaveNote(join(home, 'plantain'), { url, dataDir, pid: process.pid });

async function plantain(words: readonly string[], env: Record<string, string> = {}) {
  const context = capturedContext({ cwd: home, env: { XDG_STATE_HOME: home, ...env } });
  const exitCode = await runCommandLine(words, context);
  return { exitCode, out: context.out(), err: context.err() };
}

describe('plantain orders', () => {
  test('lists what was ordered, and shows each upstream call of one order', async () => {
    await generate(gateway, { prompt: 'a fox [scenario: prompt-blocked]', user: 'ann' });
    const id = String((await generate(gateway, { prompt: 'a fox', n: 2 })).headers.get('x-request-id'));
    const list = await plantain(['orders', 'list']);
    expect(list.out).toMatch(/^Arrived \(UTC\) +Order +Key +Model +Status/);
    expect(list.out).toMatch(new RegExp(`${id} +bootstrap .+ succeeded +2/2 +2 +sandbox`));
    expect(list.out).toContain('moderation_blocked');
    const blocked = await plantain(['orders', 'list', '--status', 'refused,failed', '--json']);
    expect(JSON.parse(blocked.out)).toMatchObject([
      { status: 'refused', end_user: 'ann', images_delivered: 0 },
    ]);
    const first = await plantain(['orders', 'list', '--limit', '1']);
    expect(first.out).toContain(`Older ones: plantain orders list --before ${id}`);
    const show = await plantain(['orders', 'show', id]);
    expect(show.out).toMatch(/Pictures +2 of 2\n/);
    expect(show.out).toMatch(
      /# +Upstream +Model +Verdict +Phase +Fault +HTTP +ms +Tokens +Cost +Error\n1 +sandbox .+ picture +answered +- +200 /,
    );
    expect(show.out).toMatch(/\n2 +sandbox /);
    const json = await plantain(['orders', 'show', id, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ id, attempts: [{ ordinal: 1 }, { ordinal: 2 }] });
  });

  test('exports all that the list has, line by line, in either format', async () => {
    const listed = JSON.parse((await plantain(['orders', 'list', '--json'])).out) as { id: string }[];
    const lines = (await plantain(['orders', 'export', '--format', 'jsonl'])).out.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(listed.map(({ id }) => id));
    const csv = (await plantain(['orders', 'export', '--user', 'ann'])).out.trimEnd().split(/\r?\n/);
    expect(csv).toHaveLength(2);
    expect(csv[0]).toMatch(/^id,created_at,finished_at,status,/);
    expect(csv[1]).toContain(',refused,');
  });

  test.each([
    [['list', '--status', 'lost'], 'one or several of open, succeeded'],
    [['list', '--limit', '0'], 'a number from 1 to 1000'],
    [['list', '--key', 'nobody'], 'there is no key nobody'],
    [['show', 'req_none'], 'there is no order req_none in the ledger'],
  ])('%j is refused with the way out', async (words, told) => {
    const { exitCode, out, err } = await plantain(['orders', ...words]);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain(told);
  });
});

describe('commands for a running server', () => {
  test('say of a model whose quota is used up that it is paused, and until when', async () => {
    const limited = await startFakeGemini((_call, response) => {
      const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '300s' }];
      sendJson(
        response,
        { error: { code: 429, message: 'Quota.', status: 'RESOURCE_EXHAUSTED', details } },
        429,
      );
    });
    const other = await startGateway({ upstreamUrl: limited.url });
    const forgetOther = note(other);
    try {
      await generate(other, { prompt: 'a fox' });
      const words = ['upstreams', 'list', '--base-url', other.url, '--data-dir', other.dataDir];
      expect((await plantain(words)).out).toMatch(/\ngemini +gemini-\S+ +paused \(minute\) .+ 20\d\d-/);
    } finally {
      forgetOther();
      await other.close();
      await limited.close();
    }
  });

  test('show its upstreams, and drain, restore, reset and test one', async () => {
    expect((await plantain(['upstreams', 'list'])).out).toMatch(
      /\nsandbox +sandbox +0 +1 +ok +not_needed +0 /,
    );
    expect((await plantain(['upstreams', 'drain', 'sandbox'])).out).toBe(
      'sandbox is drained: no further call goes there. It is disabled (drained).\n',
    );
    const list = await plantain(['upstreams', 'list', '--json']);
    expect(JSON.parse(list.out)).toMatchObject([{ name: 'sandbox', state: 'disabled' }]);
    expect((await plantain(['upstreams', 'restore', 'sandbox'])).out).toBe('sandbox is back. It is ok.\n');
    expect((await plantain(['upstreams', 'reset', 'sandbox'])).out).toBe(
      'sandbox is asked again. It is ok.\n',
    );
    expect((await plantain(['upstreams', 'test', 'sandbox'])).out).toBe('sandbox needs no key.\n');
    const unknown = await plantain(['upstreams', 'drain', 'gemini']);
    expect([unknown.exitCode, unknown.err]).toEqual([
      2,
      "plantain: There is no upstream 'gemini'. There are: sandbox.\n",
    ]);
  });

  test('show who is signed in at the console, and sign them out; the audit log tells it by who it was', async () => {
    const secret = (await readFile(join(gateway.dataDir, 'admin-secret'), 'utf8')).trim();
    const agent =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0';
    const signIn = () =>
      fetch(`${gateway.url}/admin/v1/session`, {
        method: 'POST',
        headers: { 'user-agent': agent, 'content-type': 'application/json', origin: gateway.url },
        body: JSON.stringify({ secret }),
      });
    expect((await plantain(['sessions', 'list'])).out).toBe('Nobody is signed in.\n');
    for (let browser = 0; browser < 3; browser++) expect((await signIn()).status).toBe(200);
    expect((await plantain(['sessions', 'list'])).out).toMatch(/^Session +Who .+\n\S+ +admin secret +admin /);
    // What tells one browser from another stands at the end.
    expect((await plantain(['sessions', 'list'])).out).toContain(`  ${agent}\n`);
    const [first] = JSON.parse((await plantain(['sessions', 'list', '--json'])).out) as { id: string }[];
    expect((await plantain(['sessions', 'end', first?.id ?? ''])).out).toBe('Signed out: 1 browser.\n');
    expect((await plantain(['sessions', 'end', '--all'])).out).toBe('Signed out: 2 browsers.\n');
    expect((await plantain(['sessions', 'list'])).out).toBe('Nobody is signed in.\n');
    const unclear = await plantain(['sessions', 'end']);
    expect([unclear.exitCode, unclear.err]).toEqual([2, 'plantain: Name one session, or say --all.\n']);
    const who = ['audit', '--json', '--data-dir', gateway.dataDir, '--who'];
    const byThem = JSON.parse((await plantain([...who, 'admin secret'])).out) as object[];
    expect(byThem).toHaveLength(3);
    expect(byThem[0]).toMatchObject({ actor: 'session', who: 'admin secret' });
    expect(JSON.parse((await plantain([...who, 'nobody'])).out)).toEqual([]);
  });

  test('an upstream that refuses its key is told with its own words, and the command ends with 1', async () => {
    const other = await startGateway({ upstreamUrl: 'http://127.0.0.1:9' });
    try {
      const { exitCode, out } = await plantain(
        ['upstreams', 'test', 'gemini', '--base-url', other.url, '--data-dir', other.dataDir],
        {
          PLANTAIN_ADMIN_SECRET: (
            await plantain(['admin', 'secret', '--data-dir', other.dataDir])
          ).out.trim(),
        },
      );
      expect(exitCode).toBe(1);
      expect(out).toMatch(/^gemini says no: /);
    } finally {
      await other.close();
    }
  });

  test('reload it, and say what is in force', async () => {
    expect((await plantain(['reload'])).out).toBe('Nothing changed.\n');
    expect(JSON.parse((await plantain(['reload', '--json'])).out)).toEqual({ changed: [], waiting: [] });
  });

  test('print the admin secret, which is let in', async () => {
    const secret = (await plantain(['admin', 'secret'])).out.trim();
    const answer = await fetch(`${gateway.url}/admin/v1/orders`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(answer.status).toBe(200);
    const given = await plantain(['admin', 'secret'], {
      PLANTAIN_ADMIN_SECRET: 'plantain-admin-of-this-test',
    });
    expect(given.out).toBe('plantain-admin-of-this-test\n');
  });

  test('find no server, several, or one that does not know the secret: each is told with the way out', async () => {
    const wrong = await plantain(['reload'], { PLANTAIN_ADMIN_SECRET: 'plantain-admin-of-this-test' });
    expect([wrong.exitCode, wrong.err]).toEqual([
      2,
      'plantain: Incorrect admin secret provided. `plantain admin secret` prints the one of this server.\n',
    ]);
    const none = await plantain(['reload'], { XDG_STATE_HOME: join(home, 'empty') });
    expect([none.exitCode, none.err]).toEqual([2, expect.stringContaining('plantain serve')]);
    const other = await startGateway();
    const forgetOther = note(other);
    try {
      const several = await plantain(['reload']);
      expect(several.err).toContain('several servers are running. Choose one: --base-url http://127.0.0.1:');
      expect((await plantain(['reload', '--base-url', other.url])).exitCode).toBe(0);
      expect((await plantain(['reload', '--data-dir', gateway.dataDir])).exitCode).toBe(0);
    } finally {
      forgetOther();
      await other.close();
    }
    const elsewhere = await plantain(['reload', '--base-url', 'http://127.0.0.1:9']);
    expect(elsewhere.err).toContain('PLANTAIN_ADMIN_SECRET');
    const gone = await plantain(['reload', '--base-url', 'http://127.0.0.1:9'], {
      PLANTAIN_ADMIN_SECRET: 'plantain-admin-of-this-test',
    });
    expect([gone.exitCode, gone.err]).toEqual([
      4,
      expect.stringContaining('cannot ask http://127.0.0.1:9: '),
    ]);
  });

  test('a broken configuration here is told by line before the server is asked', async () => {
    const file = join(home, 'broken.yaml');
    await writeFile(file, 'portt: 1\n');
    const { exitCode, err } = await plantain(['reload', '--config', file]);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(`${file}:1: unknown setting portt`)]);
  });
});
