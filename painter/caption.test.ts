import fc from 'fast-check';
import { expect, test } from 'vitest';
import { captionText, fitText } from './caption.ts';
import { fontMetrics } from './font-metrics.ts';
import { escapeXml } from './svg.ts';

const font = fontMetrics();

test('the caption keeps what the font can draw and drops the rest', () => {
  expect(captionText('Otter 🦦 für  Zoë\n水獺 привет', font)).toBe('Otter für Zoë привет');
});

test('a caption never is wider than its room, and a shortened one says so', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.double({ min: 1, max: 40, noNaN: true }),
      (prompt, room) => {
        const text = captionText(prompt, font);
        const fitted = fitText(text, (candidate) => font.widthOf(candidate) <= room);
        expect(font.widthOf(fitted)).toBeLessThanOrEqual(room);
        if (fitted !== text && fitted !== '') expect(fitted.endsWith('…')).toBe(true);
      },
    ),
  );
});

test('letters have their own widths', () => {
  expect(font.widthOf('W')).toBeGreaterThan(font.widthOf('i') * 2);
  expect(font.widthOf('水')).toBe(0);
});

test('escaped text holds no character that XML forbids or gives meaning to', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeXml(text);
      expect(escaped).not.toMatch(/[<>"']/);
      expect(escaped).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
      expect(escaped.isWellFormed()).toBe(true);
    }),
  );
});
