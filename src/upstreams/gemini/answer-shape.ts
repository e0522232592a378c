import { CapturedProse } from '../../bytes/captured-prose.ts';
import { CapturedText } from '../../bytes/captured-text.ts';
import { foreignWord } from '../../kernel/foreign-text.ts';
import { camelCase } from '../../kernel/snake-case.ts';
import { wrapperNames } from './answer-paths.ts';

type Members = Readonly<Record<string, unknown>>;

/** What makes a document an answer of Gemini's, or a piece of one. */
const answerNames = ['candidates', 'promptFeedback', 'usageMetadata', 'modelVersion', 'responseId', 'error'];
const maxWrappers = 5;
const maxNames = 8;

/** A document in one spelling, and out of its wrapper; undefined when it is no answer of any known shape. */
export interface FoundAnswers {
  readonly answers: readonly Members[];
  /** Of a document that is none: what it is. */
  readonly foreign: Members | undefined;
}

/** The answers in a document: itself, or what relays have wrapped (docs/contracts/gemini.md#answer). */
export function answersIn(document: unknown): FoundAnswers {
  const spelled = camelNames(document);
  const answers = unwrapped(spelled, maxWrappers);
  const isForeign = answers.length === 0 && isMembers(spelled) && Object.keys(spelled).length > 0;
  return { answers, foreign: isForeign ? spelled : undefined };
}

/** What a document or a part is made of, for a message: `choices, model`. */
export function namesIn(members: Members): string {
  const names = Object.keys(members);
  const shown = names.slice(0, maxNames).map((name) => foreignWord(name));
  return names.length > shown.length ? `${shown.join(', ')} and more` : shown.join(', ');
}

function unwrapped(value: unknown, depth: number): Members[] {
  if (Array.isArray(value)) return value.flatMap((element: unknown) => unwrapped(element, depth - 1));
  if (depth < 0 || !isMembers(value)) return [];
  if (answerNames.some((name) => value[name] !== undefined)) return [value];
  return wrapperNames.flatMap((name) => unwrapped(value[name], depth - 1));
}

/** The same with every name in camelCase: both spellings are written, at every depth. Of one that is there twice, Google's holds. */
function camelNames(value: unknown): unknown {
  // Google's own answers need no copy.
  if (!hasSnakeNames(value)) return value;
  if (Array.isArray(value)) return value.map(camelNames);
  if (!isMembers(value)) return value;
  const members = Object.entries(value).map(([name, member]) => ({ name, camel: camelCase(name), member }));
  return Object.fromEntries(
    members
      .filter(({ name, camel }) => name === camel || !Object.hasOwn(value, camel))
      .map(({ camel, member }) => [camel, camelNames(member)]),
  );
}

function hasSnakeNames(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSnakeNames);
  if (!isMembers(value)) return false;
  for (const name in value) if (name.includes('_') || hasSnakeNames(value[name])) return true;
  return false;
}

function isMembers(value: unknown): value is Members {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof CapturedText || value instanceof CapturedProse)
  );
}
