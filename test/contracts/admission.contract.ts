import { describe, expect, test } from 'vitest';
import type { Admission } from '../../src/journey/admission.ts';
import type { ImageOrder } from '../../src/journey/image-order.ts';
import { PlantainError } from '../../src/kernel/plantain-error.ts';
import { plainScope } from '../support/plain-scope.ts';

/** An admission under test, and what it must be possible to see of it. */
export interface AdmissionUnderTest {
  readonly admission: Admission & { close(): void };
  /** Orders admitted and not settled. */
  inFlight(): number;
  /** Rows of the book: how each order stands there, by id. */
  row(id: string): Promise<{ readonly status: string; readonly costMicroUsd: number } | undefined>;
  /** The next rows cannot be opened. */
  failToOpen(isFailing: boolean): void;
  order(id: string): ImageOrder;
}

/** What every admission has to keep. `make` gives one that holds `maxOrders` at once. */
export function admissionContract(make: (maxOrders: number) => Promise<AdmissionUnderTest>): void {
  const refused = new PlantainError('invalid_image_file', 'The mask is opaque everywhere.');
  const nothing = { drawings: [], imagesDelivered: 0, bytesOut: 0, error: refused };
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'admitted',
      (error: unknown) => (error instanceof PlantainError ? error.code : String(error)),
    );

  describe('admission', () => {
    test('of 200 orders at once exactly as many as fit are admitted, each with an open row', async () => {
      const own = await make(7);
      const ids = Array.from({ length: 200 }, (_, index) => `req_${index}`);
      const codes = await Promise.all(
        ids.map((id) => codeOf(own.admission.admit(own.order(id), plainScope()))),
      );
      expect(codes.filter((code) => code === 'admitted')).toHaveLength(7);
      expect(new Set(codes)).toEqual(new Set(['admitted', 'too_many_orders']));
      expect(own.inFlight()).toBe(7);
      for (const [index, id] of ids.entries())
        expect((await own.row(id))?.status).toBe(codes[index] === 'admitted' ? 'open' : undefined);
    });

    test('a refusal says when to come back', async () => {
      const own = await make(0);
      await expect(own.admission.admit(own.order('req_1'), plainScope())).rejects.toMatchObject({
        code: 'too_many_orders',
        retryAfterSeconds: 5,
      });
    });

    test('an order whose row cannot be opened takes no place', async () => {
      const own = await make(1);
      own.failToOpen(true);
      expect(await codeOf(own.admission.admit(own.order('req_1'), plainScope()))).not.toBe('admitted');
      expect(own.inFlight()).toBe(0);
      own.failToOpen(false);
      expect(await codeOf(own.admission.admit(own.order('req_2'), plainScope()))).toBe('admitted');
    });

    test('a settled order gives its place back, and settling twice is settling once', async () => {
      const own = await make(1);
      const permit = await own.admission.admit(own.order('req_1'), plainScope());
      const [first, second] = await Promise.all([permit.settle(nothing), permit.settle(nothing)]);
      await permit.release(refused);
      expect(second).toBe(first);
      expect(own.inFlight()).toBe(0);
      await own.admission.admit(own.order('req_2'), plainScope());
      expect(own.inFlight()).toBe(1);
    });

    test('a released order costs nothing, its row says why, and its place is free', async () => {
      const own = await make(1);
      const permit = await own.admission.admit(own.order('req_1'), plainScope());
      await permit.release(refused);
      expect(await own.row('req_1')).toMatchObject({ status: 'failed', costMicroUsd: 0 });
      expect(own.inFlight()).toBe(0);
    });

    test('once closed it admits nobody, and those in flight settle as before', async () => {
      const own = await make(3);
      const permit = await own.admission.admit(own.order('req_1'), plainScope());
      own.admission.close();
      expect(await codeOf(own.admission.admit(own.order('req_2'), plainScope()))).toBe('server_stopping');
      await permit.settle(nothing);
      expect(own.inFlight()).toBe(0);
    });

    test('a caller who left while he waited takes no place and opens no row', async () => {
      const own = await make(1);
      const scope = plainScope();
      scope.abort(new PlantainError('client_closed', 'The client closed the connection.'));
      expect(await codeOf(own.admission.admit(own.order('req_1'), scope))).toBe('client_closed');
      expect(own.inFlight()).toBe(0);
      expect(await own.row('req_1')).toBeUndefined();
    });
  });
}
