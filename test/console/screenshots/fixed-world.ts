import crypto from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** When the screenshots are taken, whatever the day. */
export const takenAtMs = Date.parse('2026-11-26T14:05:00Z');

let nowMs = takenAtMs;

/** From here on this process has the time that it is told, which stands still in between. */
export function setClock(atMs: number): void {
  nowMs = atMs;
}

/** So much later. */
export function passTime(byMs: number): void {
  nowMs += byMs;
}

/** Numbers that look random and are the same each time, from 0 to 1. */
export function evenNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Makes time, chance and fonts of this process, and of the browser that it starts, the same each time. */
export function fixTheWorld(): void {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number | string | Date]) {
      super(given.length === 0 ? nowMs : given[0]);
    }
    static override now = (): number => nowMs;
  } as DateConstructor;
  const random = evenNumbers(7);
  const fill = <Bytes extends NodeJS.ArrayBufferView>(bytes: Bytes): Bytes => {
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < view.length; at++) view[at] = Math.floor(random() * 256);
    return bytes;
  };
  Object.assign(crypto, { randomFillSync: fill, randomBytes: (size: number) => fill(Buffer.alloc(size)) });
  syncBuiltinESMExports();
  const fonts = join(mkdtempSync(join(tmpdir(), 'plantain-fonts-')), 'fonts.conf');
  writeFileSync(fonts, fontRules);
  process.env['FONTCONFIG_FILE'] = fonts;
}

/** Debian's `fonts-liberation`, which comes with Chromium, whatever family is asked for. */
const fontRules = `<?xml version="1.0"?><fontconfig><dir>/usr/share/fonts/truetype/liberation</dir>
<match><test name="family" compare="contains"><string>mono</string></test>
<edit name="family" mode="assign" binding="strong"><string>Liberation Mono</string></edit></match>
<match><edit name="family" mode="append_last"><string>Liberation Sans</string></edit></match></fontconfig>`;
