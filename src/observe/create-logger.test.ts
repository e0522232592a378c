import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const logger = new URL('./create-logger.ts', import.meta.url).href;

/** What a process that logs these fields writes to its standard output. */
function logged(format: 'json' | 'pretty', fields: Record<string, unknown>): string {
  const program = `
    import { createLogger } from ${JSON.stringify(logger)};
    const log = await createLogger({ level: 'info', format: ${JSON.stringify(format)} });
    log.info(${JSON.stringify(fields)}, 'order');`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}

const hostile = '\u001b[2J\u009b31m\u2028\u202e\u007f';
const fields = {
  adapted: [hostile],
  [`name ${hostile}`]: 1,
  error: hostile,
  deep: { deeper: { deepest: hostile } },
  key: `sk-${'a1B'.repeat(16)}`,
  stack: 'one\ntwo',
};

test.each(['json', 'pretty'] as const)(
  'in the %s form nothing unprintable stands, however deep, and no key',
  (format) => {
    const output = logged(format, fields);
    // In the readable form where a fault came from stands below, line by line.
    expect(output.trimEnd().split('\n')).toHaveLength(format === 'json' ? 1 : 3);
    expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
    for (const escaped of ['\\u001b[2J', '\\u009b31m', '\\u2028', '\\u202e', '\\u007f'])
      expect(output).toContain(escaped);
    expect(output).toContain('sk-…');
    expect(output).not.toContain('a1B');
  },
);

test('the JSON form means what was logged', () => {
  expect(JSON.parse(logged('json', fields))).toMatchObject({
    adapted: [hostile],
    error: hostile,
    deep: { deeper: { deepest: hostile } },
    stack: 'one\ntwo',
    msg: 'order',
  });
});
