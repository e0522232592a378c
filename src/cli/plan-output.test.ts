import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommandError } from './exit-codes.ts';
import { formatOfBytes } from './picture-file-format.ts';
import { type OutputPlan, type OutputWishes, planOutput, slug } from './plan-output.ts';
import { writePicture } from './write-picture.ts';

const png = Buffer.from('\x89PNG\r\n\x1a\n0000IHDR', 'latin1');
const jpeg = Buffer.from('\xff\xd8\xff\xe0', 'latin1');

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
    ...wishes,
  });

function write(wishes: Partial<OutputWishes>, ...pictures: Buffer[]): (string | undefined)[] {
  const made = plan(wishes);
  if (made.kind !== 'files') throw new Error('no files planned');
  return pictures.map((bytes, index) => {
    const { path: file, note } = writePicture(made, index, bytes);
    expect(readFileSync(file)).toEqual(bytes);
    return note ?? path.relative(cwd, file);
  });
}

test('the extension decides the format that is asked for, so that name and bytes agree', () => {
  expect(plan({ output: 'otter.png' })).toMatchObject({ format: 'png', extension: '.png' });
  expect(plan({ output: 'otter.JPG' })).toMatchObject({ format: 'jpeg', extension: '.JPG' });
  expect(plan({ output: 'otter', format: 'webp' })).toMatchObject({ format: 'webp', extension: '.webp' });
  expect(plan({ output: 'otter' })).toMatchObject({ format: undefined, extension: undefined });
  expect(plan({ output: 'otter.pic' })).toMatchObject({ format: undefined, extension: '.pic' });
  expect(() => plan({ output: 'otter.png', format: 'jpeg' })).toThrow(
    '-o otter.png and --format jpeg disagree',
  );
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

test('a file that appeared meanwhile is kept, and so is the picture', () => {
  const made = plan({ output: 'otter.png' });
  writeFileSync(path.join(cwd, 'otter.png'), 'mine');
  if (made.kind !== 'files') throw new Error('no files planned');
  writePicture(made, 0, png);
  expect(readFileSync(path.join(cwd, 'otter.png'), 'utf8')).toBe('mine');
  expect(readdirSync(cwd).sort()).toEqual(['otter-2.png', 'otter.png']);
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

test('formats are told by the bytes', () => {
  expect(formatOfBytes(png)).toBe('png');
  expect(formatOfBytes(jpeg)).toBe('jpeg');
  expect(formatOfBytes(Buffer.from('RIFF....WEBPVP8 '))).toBe('webp');
  expect(formatOfBytes(Buffer.from('....ftypavif....'))).toBe('avif');
  expect(formatOfBytes(Buffer.from('<svg/>'))).toBeUndefined();
});
