import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate } from '../../support/http.ts';
import { startTestEmulator } from '../../support/test-emulator.ts';
import { launchBrowser } from '../support/browser.ts';
import buildConsole from '../support/build-console.ts';
import { startConsoleGateway } from '../support/console-gateway.ts';
import { besidePictures } from './beside-pictures.ts';
import { largeMask } from './large-mask.ts';
import { loadTimes } from './load-times.ts';
import { pageBytes, recordedFile } from './page-bytes.ts';
import { type Rest, startAndRest } from './start-and-rest.ts';

/** `npm run measure:console`: what the console weighs, how fast it is there, and what it takes from pictures. See docs/testing.md. */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'bytes,loads,mask,memory,pictures' },
    rows: { type: 'string', default: '1000000' },
    pages: { type: 'string', default: 'studio,orders,usage,keys,upstreams,models,settings,audit' },
    starts: { type: 'string', default: '15' },
    record: { type: 'boolean', default: false },
  },
});
const parts = new Set(values.only.split(','));
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const ms = (value: number): string => `${value.toFixed(1)} ms`;

buildConsole();
if (parts.has('bytes')) tellBytes();
if (parts.has('loads')) await tellLoads();
if (parts.has('mask')) await tellMask();
if (parts.has('memory')) await tellMemory();
if (parts.has('pictures')) await tellPictures();

function tellBytes(): void {
  print('| page | script, gzip | brotli | style, gzip | brotli |\n| --- | ---: | ---: | ---: | ---: |');
  const pages = pageBytes();
  for (const { source, isFirst, script, style } of pages) {
    const name = isFirst ? 'first load' : source.replace(/^.*\/|\.tsx?$/g, '');
    print(
      `| ${name} | ${[script.gzip, script.brotli, style.gzip, style.brotli].map(kilobytes).join(' | ')} |`,
    );
  }
  const [first] = pages;
  if (!values.record || first === undefined) return;
  const recorded = { script: first.script.gzip, style: first.style.gzip };
  writeFileSync(recordedFile, `${JSON.stringify(recorded, undefined, 2)}\n`);
}

async function tellLoads(): Promise<void> {
  const [browser, gateway] = await Promise.all([launchBrowser(), startConsoleGateway()]);
  for (let order = 0; order < 5; order++) await generate(gateway, { prompt: 'a fox', image_size: '1K' });
  for (const throttled of [true, false]) {
    print(
      throttled
        ? '\n1.6 Mbit/s, 150 ms, a quarter of the processor'
        : '\nover the loopback address, the whole processor',
    );
    print('| page | LCP | long tasks | layout shift |\n| --- | ---: | ---: | ---: |');
    for (const page of values.pages.split(',')) {
      const { lcpMs, longTasksMs, layoutShift } = await loadTimes(browser, gateway, page, throttled);
      print(`| ${page} | ${ms(lcpMs)} | ${ms(longTasksMs)} | ${layoutShift.toFixed(3)} |`);
    }
  }
  await browser.close();
  await gateway.close();
}

async function tellMask(): Promise<void> {
  const [browser, gateway] = await Promise.all([launchBrowser(), startConsoleGateway()]);
  print(
    '\n| mask of a picture of | a frame, median | of a hundred, the longest | stroke ends | undo | file | browser before | with it |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  );
  for (const sidePx of [1024, 4096]) {
    const found = await largeMask(browser, gateway, sidePx);
    const times = [found.frameMs, found.worstFrameMs, found.endMs, found.undoMs, found.saveMs].map(ms);
    const sizes = [found.beforeMb, found.withMb].map((mb) => `${mb.toFixed(0)} MB`);
    print(`| ${String(sidePx)}² | ${[...times, ...sizes].join(' | ')} |`);
  }
  await browser.close();
  await gateway.close();
}

async function tellMemory(): Promise<void> {
  const emulator = await startTestEmulator();
  const { without, withConsole } = await startAndRest(emulator.url, Number(values.starts));
  await emulator.close();
  print(
    `\n| medians of ${values.starts} starts each, in turns | without the console | with it | added |\n| --- | ---: | ---: | ---: |`,
  );
  const row = (word: string, of: keyof Rest, unit: string): void =>
    print(
      `| ${word} | ${[without[of], withConsole[of], withConsole[of] - without[of]].map((one) => `${one.toFixed(1)} ${unit}`).join(' | ')} |`,
    );
  row('until it listens', 'wallMs', 'ms');
  row('processor time until then', 'cpuMs', 'ms');
  row('memory after the start', 'startedMb', 'MB');
  row('after 50 orders', 'servedMb', 'MB');
  row('after all of it was asked for', 'visitedMb', 'MB');
}

async function tellPictures(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plantain-beside-'));
  try {
    for await (const line of besidePictures(dataDir, Number(values.rows))) print(line);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
