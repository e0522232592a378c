import { expect, test } from 'vitest';
import { refusalError, withheldError } from './refusals.ts';

const head = "Your request was rejected by the upstream's safety system";
const advice = 'Rephrase the prompt and try again.';

test.each([
  ['', undefined, `${head}. ${advice}`],
  ['', 'input', `${head}: the prompt was refused. ${advice}`],
  ['', 'output', `${head}: the picture was refused. ${advice}`],
  ['', 'elsewhere', `${head}. ${advice}`],
  ['No violence.', undefined, `${head}. It says: No violence. ${advice}`],
  ['Please rephrase it.', undefined, `${head}. It says: Please rephrase it.`],
  ['Edit your prompt.', undefined, `${head}. It says: Edit your prompt.`],
])('a refusal with the words "%s" at the stage %s is told: %s', (message, stage, told) => {
  expect(refusalError({ message, stage })).toMatchObject({ code: 'moderation_blocked', message: told });
});

test('a picture that was withheld without a word was refused', () => {
  expect(withheldError().message).toBe(`${head}: the picture was refused. ${advice}`);
});
