import type { IncomingHttpHeaders } from 'node:http';
import { GoogleError } from './google-error.ts';
import { isScenarioName, type ScenarioName, scenarioNames } from './scenarios.ts';

export interface ChosenScenario {
  readonly name: ScenarioName;
  /** The word after the name, such as the milliseconds of `slow-first-byte 8000`. */
  readonly argument: string | undefined;
}

/** `[scenario: name]` or `[scenario: name argument]`, both of plain characters so that prose in brackets stays prose. */
const phrase = /\[scenario:\s*([a-z0-9-]+)(?:\s+([\w.-]{1,64}))?\s*\]/gi;

/** The scenario of the `x-emulator-scenario` header. Throws 400 with every name when it names none of them. */
export function scenarioFromHeader(headers: IncomingHttpHeaders): ChosenScenario | undefined {
  const value = headers['x-emulator-scenario'];
  if (value === undefined) return undefined;
  const [name = '', argument] = value.toString().trim().toLowerCase().split(/\s+/);
  if (!isScenarioName(name)) {
    throw new GoogleError(
      'INVALID_ARGUMENT',
      `x-emulator-scenario: '${name.slice(0, 100)}' is not a scenario. Use one of: ${scenarioNames.join(', ')}.`,
    );
  }
  return { name, argument };
}

/** The last scenario phrase of a prompt. Brackets that name no scenario are part of the picture's description. */
export function scenarioFromText(text: string): ChosenScenario | undefined {
  let chosen: ChosenScenario | undefined;
  for (const [, spelled = '', argument] of text.matchAll(phrase)) {
    const name = spelled.toLowerCase();
    if (isScenarioName(name)) chosen = { name, argument };
  }
  return chosen;
}

/** A prompt as the model should see it. */
export function withoutScenarioPhrase(text: string): string {
  return text.replaceAll(phrase, (whole: string, name: string) =>
    isScenarioName(name.toLowerCase()) ? '' : whole,
  );
}
