import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { PictureRenderer } from '../../../painter/picture-renderer.ts';
import { headerRenderer, startTestEmulator } from '../../support/test-emulator.ts';
import { launchBrowser, openTab, signIn, type Tab } from '../support/browser.ts';
import buildConsole from '../support/build-console.ts';
import { admin, startConsoleGateway } from '../support/console-gateway.ts';
import { drawnAtMs, drawPictures } from './drawn-pictures.ts';
import { evenNumbers, fixTheWorld, passTime, setClock, takenAtMs } from './fixed-world.ts';
import { monthsOfOrders } from './months-of-orders.ts';
import { type State, statesOf } from './states.ts';

/** `npm run screenshots`: what the console looks like, in both themes, wide and on a phone. See docs/testing.md. */
const { values } = parseArgs({
  options: {
    into: { type: 'string', default: join(tmpdir(), 'plantain-screenshots') },
    only: { type: 'string', default: '' },
    docs: { type: 'boolean', default: false },
  },
});
const into = resolve(values.into);
/** Those that `--docs` lays into docs/pictures, where they go with the package: small. */
const shownInDocs = {
  studio: 'light',
  mask: 'light',
  compare: 'dark',
  gallery: 'dark',
  order: 'light',
  usage: 'dark',
} as const;
const docs = join(import.meta.dirname, '../../../docs/pictures');
const widths = [1280, 390] as const;
/** So that a sketch is about as large as a picture. */
const filling = Buffer.alloc(190_000);
const ports = { gateway: '47470', emulator: 47_471 };

fixTheWorld();
buildConsole();
mkdirSync(into, { recursive: true });
const dataDir = mkdtempSync(join(tmpdir(), 'plantain-shots-'));
writeFileSync(join(dataDir, 'plantain.yaml'), configuration());
setClock(takenAtMs - 61 * 86_400_000);
const [painter, sketcher, random] = [new PictureRenderer(), headerRenderer(), evenNumbers(3)];
let isPainting = false;
const emulator = await startTestEmulator({
  port: ports.emulator,
  onRequest: () => passTime(Math.floor(300 + random() * 900)),
  renderer: {
    render: async (wish) => {
      const picture = await (isPainting ? painter.render(wish) : sketcher.render(wish));
      passTime(Math.floor(4000 + random() * 9000));
      return isPainting ? picture : Buffer.concat([picture, filling]);
    },
    close: () => painter.close(),
  },
});
const gateway = await startConsoleGateway({
  dataDir,
  env: { PLANTAIN_PORT: ports.gateway, PLANTAIN_CONFIG: join(dataDir, 'plantain.yaml') },
});
const browser = await launchBrowser();
try {
  const order = await monthsOfOrders(gateway, takenAtMs);
  await admin(gateway, '/upstreams/gemini-backup/drain', {});
  isPainting = true;
  const states = statesOf(order).filter(
    ({ name }) => values.only === '' || values.only.split(',').includes(name),
  );
  const tab = await openTab(browser, { scale: 1.5 });
  tab.page.setDefaultTimeout(120_000);
  await tab.page.clock.setFixedTime(takenAtMs);
  await take(
    tab,
    states.filter(({ isOutside }) => isOutside),
  );
  await signIn(tab, gateway.url, gateway.secret);
  setClock(drawnAtMs);
  await drawPictures(tab.page, passTime);
  setClock(takenAtMs);
  await take(
    tab,
    states.filter(({ isOutside }) => !isOutside),
  );
  if (values.docs)
    for (const [name, theme] of Object.entries(shownInDocs))
      await sharp(join(into, `${name}-${theme}-1280.png`))
        .resize(1280)
        .webp({ quality: 82, effort: 6 })
        .toFile(join(docs, `console-${name}.webp`));
} finally {
  await browser.close();
  await gateway.close();
  await emulator.close();
  rmSync(dataDir, { recursive: true, force: true });
}

async function take({ page }: Tab, states: readonly State[]): Promise<void> {
  for (const theme of ['light', 'dark'] as const)
    for (const width of widths) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 844 });
      for (const { name, path, show } of states) {
        await page.goto(`${gateway.url}/console/${path}`);
        // A page of the studio keeps its form while one goes elsewhere.
        await page.reload();
        // No bar to scroll with is drawn here, so none needs room.
        await page.evaluate(() => document.documentElement.style.setProperty('scrollbar-gutter', 'auto'));
        await show(page);
        await page.screenshot({
          path: join(into, `${name}-${theme}-${String(width)}.png`),
          animations: 'disabled',
        });
      }
    }
}

function configuration(): string {
  const baseUrl = `http://127.0.0.1:${String(ports.emulator)}`;
  const apiKey = `AIza${'Screenshot'.repeat(4).slice(0, 35)}`;
  return [
    'upstreams:',
    ...['gemini', 'gemini-backup'].flatMap((name, index) => [
      `  - name: ${name}`,
      '    kind: gemini',
      `    base_url: ${baseUrl}`,
      `    api_key: ${apiKey}`,
      `    priority: ${String(index * 10)}`,
    ]),
    '',
  ].join('\n');
}
