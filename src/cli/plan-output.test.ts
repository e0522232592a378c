import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommandError } from './exit-codes.ts';
import { noise } from '../../test/support/test-pictures.ts';
import { describePicture } from './picture-file-format.ts';
import { type OutputPlan, type OutputWishes, planOutput, slug } from './plan-output.ts';
import { reserveOutput } from './reserve-output.ts';

const [png, jpeg] = await Promise.all([noise(8, 6, 'png'), noise(8, 6, 'jpeg')]);

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plantain-out-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const plan = (wishes: Partial<OutputWishes>): OutputPlan =>
  planOutput({
    output: undefined,
    format: undefined,
    count: 1,
    prompt: 'A fox',
    force: false,
    cwd,
    isTerminal: false,
    ...wishes,
  });

function write(wishes: Partial<OutputWishes>, ...pictures: Buffer[]): (string | undefined)[] {
  const made = plan(wishes);
  if (made.kind !== 'files') throw new Error('no files planned');
  const output = reserveOutput(made, pictures.length);
  try {
    return pictures.map((bytes, index) => {
      const { path: file, note } = output.write(index, bytes, bytes === jpeg ? 'jpeg' : 'png');
      expect(readFileSync(file).equals(bytes)).toBe(true);
      return note ?? path.relative(cwd, file);
    });
  } finally {
    output.release();
  }
}

test('the extension decides the format that is asked for, so that name and bytes agree', () => {
  expect(plan({ output: 'otter.png' })).toMatchObject({ format: 'png', extension: '.png' });
  expect(plan({ output: 'otter.JPG' })).toMatchObject({ format: 'jpeg', extension: '.JPG' });
  expect(plan({ output: 'otter', format: 'webp' })).toMatchObject({ format: 'webp', extension: '.webp' });
  expect(plan({ output: 'otter' })).toMatchObject({ format: undefined, extension: undefined });
  expect(() => plan({ output: 'otter.png', format: 'jpeg' })).toThrow(
    '-o otter.png and --format jpeg disagree',
  );
});

test('an ending that no picture is written with is refused before anything is drawn', () => {
  for (const output of ['fox.gif', 'fox.svg', 'fox.PDF', 'fox.v2', 'fox.png.', 'Mr. Fox']) {
    expect(() => plan({ output }), output).toThrow(
      `-o ${output}: pictures are written as .png, .jpg, .jpeg, .webp, .avif. Take one of these endings, or none`,
    );
    expect(() => plan({ output, format: 'png' }), output).toThrow('Take one of these endings');
  }
  expect(plan({ output: '.fox' })).toMatchObject({ extension: undefined });
});

test('several pictures are numbered from one', () => {
  expect(write({ output: 'otter.png', count: 3 }, png, png, png)).toEqual([
    'otter-1.png',
    'otter-2.png',
    'otter-3.png',
  ]);
});

test('without a name the prompt gives one, with the true extension, and never over an existing file', () => {
  expect(write({ prompt: ' A cute, baby sea otter! ' }, jpeg)).toEqual(['a-cute-baby-sea-otter.jpg']);
  expect(write({ prompt: ' A cute, baby sea otter! ' }, jpeg)).toEqual(['a-cute-baby-sea-otter-2.jpg']);
  mkdirSync(path.join(cwd, 'album'));
  expect(write({ output: 'album' }, png)).toEqual(['album/a-fox.png']);
  expect(write({ output: 'album/' }, png)).toEqual(['album/a-fox-2.png']);
});

test('an existing file is refused before anything is drawn, unless --force is given', () => {
  writeFileSync(path.join(cwd, 'otter-2.png'), 'mine');
  expect(() => plan({ output: 'otter.png', count: 2 })).toThrow(
    'otter-2.png exists. Choose another name, or overwrite it with --force.',
  );
  expect(write({ output: 'otter.png', count: 2, force: true }, png, png)).toEqual([
    'otter-1.png',
    'otter-2.png',
  ]);
});

test('bytes of another format than promised are named after what they are', () => {
  expect(write({ output: 'otter.png' }, jpeg)).toEqual([
    'the server sent jpeg, not png; the file is named after what it is',
  ]);
  expect(readdirSync(cwd)).toEqual(['otter.jpg']);
});

test('standard output takes one picture', () => {
  expect(plan({ output: '-', format: 'png' })).toEqual({ kind: 'stdout', format: 'png' });
  expect(() => plan({ output: '-', count: 2 })).toThrow(CommandError);
  expect(() => plan({ output: '-', isTerminal: true })).toThrow('into the terminal');
  expect(plan({ output: 'otter.png', isTerminal: true })).toMatchObject({ kind: 'files' });
  expect(() => plan({ output: '' })).toThrow('-o is empty');
});

test('a folder that is not there is told before anything is drawn', () => {
  expect(() => plan({ output: 'no/such/otter.png' })).toThrow(/there is no folder/);
});

test('a name from a prompt is short, of letters and digits of any language, and never empty', () => {
  expect(slug('../../etc/passwd')).toBe('etc-passwd');
  expect(slug('Ein süßer Otter 🦦 im Fluß')).toBe('ein-süßer-otter-im-fluß');
  expect(slug('海獺')).toBe('海獺');
  expect(slug('🦦')).toBe('picture');
  expect(slug('word '.repeat(50)).length).toBeLessThanOrEqual(40);
});

test('formats and sizes are told by the bytes', async () => {
  for (const format of ['png', 'jpeg', 'webp', 'avif', 'gif'] as const)
    expect(describePicture(await noise(8, 6, format))).toEqual({ format, size: '8x6' });
  for (const text of ['<svg/>', '<html>', '', '\x89PNG\r\n\x1a\n', 'RIFF....WEBP'])
    expect(describePicture(Buffer.from(text, 'latin1'))).toBeUndefined();
});

test('what exists is a file of its own, or nothing is drawn: links, devices and folders are no surprise', () => {
  symlinkSync(path.join(cwd, 'nowhere'), path.join(cwd, 'dangling.png'));
  symlinkSync('loop.png', path.join(cwd, 'loop.png'));
  execFileSync('mkfifo', [path.join(cwd, 'pipe.png')]);
  mkdirSync(path.join(cwd, 'folder-1.png'));
  expect(() => plan({ output: 'dangling.png' })).toThrow('dangling.png exists');
  expect(() => plan({ output: 'pipe.png', force: true })).toThrow('pipe.png is not a file');
  expect(() => plan({ output: '/dev/null', force: true })).toThrow('is not a file');
  expect(() => plan({ output: 'folder.png', count: 2, force: true })).toThrow('folder-1.png is not a file');
  expect(() => plan({ output: 'loop.png', force: true })).toThrow('loop.png cannot be written: ');
  expect(() => plan({ output: `${'n'.repeat(300)}.png` })).toThrow('cannot be written: name too long');
});
