import { expect, test } from 'vitest';
import { ReportDesk, type ReportReader } from './report-desk.ts';

const reader: ReportReader = {
  totals: async () => [],
  orders: async () => [],
  quarters: async () => [],
  close: async () => undefined,
};

function desk() {
  const places = { open: 0, most: 0 };
  const own = new ReportDesk({
    async open() {
      places.open++;
      places.most = Math.max(places.most, places.open);
      return {
        ...reader,
        close: async () => {
          places.open--;
        },
      };
    },
    close: async () => undefined,
  });
  return { own, places };
}

const never = new AbortController().signal;

test('two reports are made at a time, eight wait in line, and one more is told to come again', async () => {
  const { own, places } = desk();
  const opened = [await own.open(never), await own.open(never)];
  const waiting = Array.from({ length: 8 }, () => own.open(never));
  await expect(own.open(never)).rejects.toMatchObject({ code: 'too_many_reports', retryAfterSeconds: 5 });
  for (const one of opened) {
    await one.close();
    // A second time gives no second place.
    await one.close();
  }
  for (const one of waiting) await (await one).close();
  expect(places).toEqual({ open: 0, most: 2 });
  await Promise.all([own.open(never), own.open(never)]);
});

test('who leaves the line gives the place on, and a report that cannot begin gives back its own', async () => {
  const { own, places } = desk();
  const opened = [await own.open(never), await own.open(never)];
  const leaving = new AbortController();
  const left = own.open(leaving.signal);
  const next = own.open(never);
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  await opened[0]?.close();
  await (await next).close();
  await opened[1]?.close();
  await expect(own.open(leaving.signal)).rejects.toThrow('gone');
  expect(places.open).toBe(0);
  const failing = new ReportDesk({
    open: () => Promise.reject(new Error('no')),
    close: async () => undefined,
  });
  for (let round = 0; round < 20; round++) await expect(failing.open(never)).rejects.toThrow('no');
});
