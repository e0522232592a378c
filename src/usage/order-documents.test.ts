import { expect, test } from 'vitest';
import type { LedgerRow } from './ledger.ts';
import { exportHead, exportLines } from './order-documents.ts';

const row = {
  id: 'req_1',
  createdAtMs: Date.UTC(2026, 10, 26),
  finishedAtMs: Date.UTC(2026, 10, 27),
  status: 'succeeded',
  operation: 'edit',
  keyId: 'key_1',
  projectId: 'proj_1',
  endUser: 'ann, "the one"',
  model: 'gemini-x',
  requestedModel: 'gpt-image-1',
  upstream: 'google',
  imagesRequested: 1,
  imagesDelivered: 2,
  inputTokens: 3,
  outputTokens: 4,
  outputImageTokens: 5,
  usageSource: 'counted',
  reservedMicroUsd: 6,
  costMicroUsd: 7,
  chargedMicroUsd: 8,
  errorCode: null,
  attempts: 9,
} as unknown as LedgerRow;
const known = { keys: new Map([['key_1', 'shop']]), projects: new Map([['proj_1', 'acme']]) };

test('an export has a column for each thing that an order is known by, and a line an order', () => {
  expect(exportHead('csv')).toBe(
    'id,created_at,finished_at,status,operation,key,key_id,project,project_id,end_user,model,requested_model,upstream,images_requested,images_delivered,input_tokens,output_tokens,output_image_tokens,usage_source,reserved_micro_usd,cost_micro_usd,charged_micro_usd,error_code,attempt_count\r\n',
  );
  const line =
    'req_1,2026-11-26T00:00:00.000Z,2026-11-27T00:00:00.000Z,succeeded,edit,shop,key_1,acme,proj_1,"ann, ""the one""",gemini-x,gpt-image-1,google,1,2,3,4,5,counted,6,7,8,,9\r\n';
  expect(exportLines([row, row], known, 'csv')).toBe(line + line);
});

test('as lines of JSON it is the same, without a head', () => {
  expect(exportHead('jsonl')).toBe('');
  const lines = exportLines([row], known, 'jsonl');
  expect(lines.endsWith('}\n')).toBe(true);
  const document = JSON.parse(lines) as Record<string, unknown>;
  expect(Object.keys(document).join()).toBe(exportHead('csv').trim());
  expect(document).toMatchObject({ key: 'shop', images_delivered: 2, error_code: null, attempt_count: 9 });
});

test('what is not known is left empty, and an order without a markup is charged what it cost', () => {
  const { chargedMicroUsd: _none, ...rest } = row;
  const open = { ...rest, finishedAtMs: null, keyId: 'key_2', projectId: 'proj_2' };
  const document = JSON.parse(exportLines([open], known, 'jsonl')) as unknown;
  expect(document).toMatchObject({ finished_at: null, key: null, project: null, charged_micro_usd: 7 });
});

test('no cell is run as a formula by a spreadsheet', () => {
  const names = ['=1', '+1', '-1', '@x', '\tx', '\rx', '\nx', ' =1', '＝1', 'a;=1', 'a=1'];
  const cells = names.map((endUser) => exportLines([{ ...row, endUser }], known, 'csv').split(',')[9]);
  const quoted = ['"\'\tx"', '"\'\rx"', '"\'\nx"'];
  expect(cells).toEqual(["'=1", "'+1", "'-1", "'@x", ...quoted, "' =1", "'＝1", '"a;=1"', 'a=1']);
});
