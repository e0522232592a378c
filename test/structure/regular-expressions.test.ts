import { describe, expect, test } from 'vitest';
import { countedRegex } from './regex-steps.ts';
import { regexLiterals } from './regex-literals.ts';
import { sourceFiles } from './source-files.ts';

/**
 * Foreign texts meet regular expressions everywhere. One that backtracks takes a second for 100 kB, and a hostile text
 * stops the process with it: so twice the text may take twice the steps, whatever it is made of.
 */
const shortLength = 300;
/** Of a text this short no honest expression takes more. */
const maxSteps = 1_000_000;
/** Behind a repetition: the end, or what no repetition goes on with. */
const endings = ['', '\0', '\n!'];

function worstGrowth(expression: RegExp): { growth: number; pump: string } {
  const counted = countedRegex(expression);
  let worst = { growth: 0, pump: '' };
  for (const pump of counted.samples) {
    const repeated = (length: number) => pump.repeat(Math.ceil(length / pump.length));
    for (const ending of endings) {
      const steps = counted.stepsIn(repeated(shortLength) + ending, maxSteps);
      const doubled = counted.stepsIn(repeated(2 * shortLength) + ending, maxSteps);
      const growth = steps === Number.POSITIVE_INFINITY ? steps : doubled / (steps + 1000);
      if (growth > worst.growth) worst = { growth, pump };
    }
  }
  return worst;
}

const product = sourceFiles().filter(({ path }) => path.startsWith('src/'));

describe('regular expressions', () => {
  test.each(
    product
      .map(({ path, text }) => [path, regexLiterals(text)] as const)
      .filter(([, expressions]) => expressions.length > 0),
  )('of %s take work that grows with the text, not with its square', (_path, expressions) => {
    for (const expression of expressions) {
      const { growth, pump } = worstGrowth(expression);
      expect(growth, `${String(expression)} on ${JSON.stringify(pump)} again and again`).toBeLessThan(2.5);
    }
  });

  test('are only literals, so that this test sees them', () => {
    expect(product.filter(({ text }) => /\bRegExp\(/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test.each([/billing.*depleted/, /\s+$/, /^(?:a+)+$/, /[\w.]+@x/, /\[.*\]$/, /(?:\d+\.?)+s/, /^(\w+\s?)*$/])(
    'that take more are seen: %s',
    (expression) => {
      expect(worstGrowth(expression).growth).toBeGreaterThan(2.5);
    },
  );

  test.each([/\s+/, /^\s*a/, /a{1,64}b/, /"(?:[^"\\]|\\.)*"/, /^(?:(\d+)h)?(\d+)$/])(
    'that do not pass: %s',
    (expression) => {
      expect(worstGrowth(expression).growth).toBeLessThan(2.5);
    },
  );

  test('are found in a source, whatever stands around them', () => {
    const source = [
      'const a = 1 / 2; // no /comment/',
      "const b = '/text/' + `/template/ ${c.replace(/in \\/ [/]/g, `${d}`)} /more/`; /* /none/ */",
      'if (/^x$/i.test(e)) return /y/;',
      'const f = { g: /z{2}/u }; h = (i) / j / k;',
    ].join('\n');
    expect(regexLiterals(source).map(String)).toEqual(['/in \\/ [/]/g', '/^x$/i', '/y/', '/z{2}/u']);
    expect(product.flatMap(({ text }) => regexLiterals(text)).length).toBeGreaterThan(100);
  });
});
