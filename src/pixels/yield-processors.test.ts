import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Converts a picture and blends one, and prints every thread's name and niceness. */
const script = `
  import { readdirSync, readFileSync } from 'node:fs';
  const { loadSharp } = await import(process.argv[1]);
  const sharp = await loadSharp();
  const working = sharp({ create: { width: 3000, height: 3000, channels: 3, background: '#369' } }).png().toBuffer();
  let done = false;
  void working.then(() => { done = true; });
  const seen = new Map();
  while (!done) {
    for (const id of readdirSync('/proc/self/task')) {
      try {
        const stat = readFileSync('/proc/self/task/' + id + '/stat', 'latin1');
        const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        seen.set(name, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]));
      } catch {}
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(JSON.stringify([...seen]));`;

test('threads that work on pictures stand back behind the main one, which a small request waits for', () => {
  const module = fileURLToPath(new URL('./load-sharp.ts', import.meta.url));
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script, module], {
    encoding: 'utf8',
  });
  const niceness = new Map(JSON.parse(output) as [string, number][]);
  const own = niceness.get('MainThread') ?? Number.NaN;
  const expected = Math.min(19, own + 10);
  expect(niceness.get('libuv-worker')).toBe(expected);
  expect(niceness.get('libvips worker')).toBe(expected);
  expect(niceness.get('V8Worker')).toBe(own);
});
