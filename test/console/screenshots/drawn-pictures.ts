import type { Page } from 'playwright-core';

const ratioOf = (page: Page, ratio: string) => page.getByRole('radio', { name: ratio, exact: true });
/** The oldest first. */
const wishes = [
  ['An astronaut on the moon', '1:1'],
  ['A hot air balloon over the mountains', '4:3'],
  ['A sea turtle in a coral reef', '1:1'],
  ['A robot watering flowers', '3:4'],
  ['A cottage in the mountains, in winter', '4:3'],
  ['A cute baby sea otter', '1:1'],
  ['A fox in the snow', '16:9'],
  ['A lighthouse on a rock in the sea', '3:2'],
] as const;
export const edit = 'Make it night';
export const drawnAtMs = Date.parse('2026-11-26T13:41:00Z');
const betweenMs = 150_000;

/** Draws in the studio what its pictures show, and gives each the time and the order that it shall have. */
export async function drawPictures(page: Page, passTime: (byMs: number) => void): Promise<void> {
  const prompt = page.getByLabel('Prompt', { exact: true });
  const drawn = async (count: number): Promise<void> => {
    await page
      .locator(`li:nth-child(${String(count)}) article[data-state=done]`)
      .first()
      .waitFor();
    await page.locator('article:not([data-state=done])').first().waitFor({ state: 'detached' });
  };
  for (const [index, [text, ratio]] of wishes.entries()) {
    await prompt.fill(text);
    await ratioOf(page, ratio).check({ force: true });
    await prompt.press('Control+Enter');
    await drawn(index + 1);
    passTime(betweenMs);
  }
  await page.getByRole('button', { name: 'Edit', exact: true }).first().click();
  await page.locator('.references img').waitFor();
  await prompt.fill(edit);
  await page.getByText('At most').waitFor();
  await prompt.press('Control+Enter');
  await drawn(wishes.length + 1);
  await page.locator('.picture-facts', { hasText: '$' }).nth(wishes.length).waitFor();
  await page.evaluate(setTimes, {
    firstMs: drawnAtMs,
    betweenMs,
    prompts: [...wishes.map(([text]) => text), edit],
  });
}

/** In the page: ids and seconds are not the same twice. */
async function setTimes({
  firstMs,
  betweenMs,
  prompts,
}: {
  readonly firstMs: number;
  readonly betweenMs: number;
  readonly prompts: readonly string[];
}): Promise<void> {
  const settled = <Value>(request: IDBRequest<Value>): Promise<Value> =>
    new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB')));
    });
  const database = await settled(indexedDB.open('plantain-studio'));
  const store = database.transaction('pictures', 'readwrite').objectStore('pictures');
  const kept = await settled(store.getAll() as IDBRequest<{ readonly wish: { readonly prompt: string } }[]>);
  await settled(store.clear());
  for (const picture of kept) {
    const index = prompts.indexOf(picture.wish.prompt);
    await settled(
      store.put({
        ...picture,
        id: `picture-${String(index)}`,
        atMs: firstMs + index * betweenMs,
        durationMs: 6200 + ((index * 1730) % 5100),
      }),
    );
  }
  database.close();
}
