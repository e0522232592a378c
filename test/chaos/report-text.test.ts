import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { experiments } from './experiments.ts';
import { withFigures } from './report-text.ts';

test('every experiment has a place on its page, and only its figures are replaced', () => {
  for (const [name, experiment] of Object.entries(experiments)) {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs', experiment.page), 'utf8');
    const once = withFigures(page, name, 'the first figures');
    const twice = withFigures(once, name, 'the second figures');
    expect(twice).toContain('the second figures');
    expect(twice).not.toContain('the first figures');
    expect(twice.length - once.length).toBe('second'.length - 'first'.length);
    expect(twice.split('\n')[0]).toBe(page.split('\n')[0]);
  }
});

test('a page without the marks is not touched', () => {
  expect(() => withFigures('# Soaks\n', 'soak', 'figures')).toThrow('has lost the marks');
});
