import { expect, test } from 'vitest';
import { maskPromptNote, withoutMaskNote } from './guidance.ts';

test('the note about a mask is found again behind any prompt, and nothing else is taken for it', () => {
  for (const prompt of ['a fox', 'two\n\nparagraphs', ''])
    for (const position of [2, 17])
      expect(withoutMaskNote(`${prompt}\n\n${maskPromptNote(position)}`)).toBe(prompt);
  expect(withoutMaskNote('Picture 2 is a guide, says who?')).toBe('Picture 2 is a guide, says who?');
});
