import type { IncomingHttpHeaders } from 'node:http';
import { nearestName } from '../kernel/nearest-name.ts';
import { GoogleError } from './google-error.ts';
import { isScenarioName, type ScenarioName, scenarioNames } from './scenarios.ts';

export interface ChosenScenario {
  readonly name: ScenarioName;
  /** The word after the name, such as the milliseconds of `slow-first-byte 8000`. */
  readonly argument: string | undefined;
}

/** Whatever is bracketed as a scenario; `[scenario: name]` or `[scenario: name argument]` is one. */
const phrase = /\[scenario:([^[\]]{0,200})\]/gi;
const maxShownCharacters = 60;

/** The scenario of the `x-emulator-scenario` header. Throws 400 with every name when it names none of them. */
export function scenarioFromHeader(headers: IncomingHttpHeaders): ChosenScenario | undefined {
  const value = headers['x-emulator-scenario'];
  if (value === undefined) return undefined;
  const spelled = value.toString().trim();
  const chosen = readScenario(spelled.toLowerCase());
  if (chosen !== undefined) return chosen;
  throw new GoogleError(
    'INVALID_ARGUMENT',
    `x-emulator-scenario: '${spelled.slice(0, maxShownCharacters)}' is not a scenario. Use one of: ${scenarioNames.join(', ')}.`,
  );
}

/**
 * The last scenario phrase of a prompt. Throws 400 for one that names no scenario: a misspelt rehearsal of a failure
 * that draws a picture instead would pass for a success.
 */
export function scenarioFromText(text: string): ChosenScenario | undefined {
  let chosen: ChosenScenario | undefined;
  for (const [, spelled = ''] of text.matchAll(phrase)) {
    const wanted = spelled.trim().toLowerCase();
    chosen = readScenario(wanted);
    if (chosen === undefined) throw unknownScenario(wanted);
  }
  return chosen;
}

/** A prompt as the model should see it. */
export function withoutScenarioPhrase(text: string): string {
  return text.replaceAll(phrase, '');
}

function readScenario(spelled: string): ChosenScenario | undefined {
  const [name = '', argument, ...others] = spelled.split(/\s+/);
  return isScenarioName(name) && others.length === 0 ? { name, argument } : undefined;
}

function unknownScenario(spelled: string): GoogleError {
  const [first = ''] = spelled.split(/\s+/);
  const near =
    nearestName(spelled.replaceAll(/[\s_]+/g, '-'), scenarioNames) ?? nearestName(first, scenarioNames);
  const hint = near === undefined ? '' : ` Did you mean '${near}'?`;
  return new GoogleError(
    'INVALID_ARGUMENT',
    `[scenario: ${spelled.slice(0, maxShownCharacters)}] names no scenario.${hint} plantain emulator --list-scenarios prints them all.`,
  );
}
