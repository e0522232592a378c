import { expect, test } from 'vitest';
import { type ErrorCode, errorCatalogue } from '../kernel/error-catalogue.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { writeGoogleError } from './error-frame.ts';

function frameOf(error: PlantainError) {
  const { status, headers, body } = writeGoogleError(error);
  const text = body.kind === 'whole' ? Buffer.concat(body.pieces).toString() : '';
  return { status, headers, ...(JSON.parse(text) as { error: Record<string, unknown> }) };
}

test('every error of the catalogue has a status that google.rpc knows, and tells the same code twice', () => {
  const words =
    /^(?:INVALID_ARGUMENT|UNAUTHENTICATED|RESOURCE_EXHAUSTED|PERMISSION_DENIED|NOT_FOUND|UNIMPLEMENTED|DEADLINE_EXCEEDED|ALREADY_EXISTS|CANCELLED|INTERNAL|UNAVAILABLE)$/;
  for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
    const { status, error, headers } = frameOf(new PlantainError(code, 'It failed.'));
    expect(error['code'], code).toBe(status);
    expect(error['status'], code).toMatch(words);
    expect(headers['content-type']).toMatch(/^application\/json/);
  }
});

test('what waiting does not cure is a 402, which no SDK sends again', () => {
  expect(frameOf(new PlantainError('insufficient_quota', 'No credit.'))).toMatchObject({
    status: 402,
    error: { status: 'RESOURCE_EXHAUSTED', message: 'No credit.' },
  });
});

test('a limit says by which quota and for how long, in the frame and in the header', () => {
  const told = (retryAfterSeconds: number) =>
    frameOf(new PlantainError('rate_limit_exceeded', 'Wait.', { retryAfterSeconds }));
  expect(told(12)).toMatchObject({
    status: 429,
    headers: { 'retry-after': '12' },
    error: {
      details: [{ violations: [{ quotaId: expect.stringContaining('PerMinute') }] }, { retryDelay: '12s' }],
    },
  });
  expect(told(7200).error).toMatchObject({
    details: [{ violations: [{ quotaId: expect.stringContaining('PerDay') }] }, {}],
  });
});
