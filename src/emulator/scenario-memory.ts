import type { ChosenScenario } from './scenario-choice.ts';
import type { ScenarioName } from './scenarios.ts';

const maxRemembered = 10_000;
const maxParagraphs = 40;
const onceScenarios: Readonly<Partial<Record<ScenarioName, ScenarioName>>> = {
  'flaky-once': 'unavailable',
  'no-image-once': 'no-image',
  'rate-limit-once': 'rate-limit',
  'token-expired-once': 'token-expired',
};

/** Remembers which passing faults have happened, so that the same order fails once and then succeeds. */
export class ScenarioMemory {
  readonly #seen = new Set<string>();

  /**
   * Turns a passing fault into the fault itself the first time and into nothing afterwards. Calls belong together by
   * the phrase's argument, else by the prompt: a gateway may have put an explicit request for a picture in front of it,
   * in the same sentence or as paragraphs of their own.
   */
  resolve(scenario: ChosenScenario | undefined, wording: string): ChosenScenario | undefined {
    const fault = scenario === undefined ? undefined : onceScenarios[scenario.name];
    if (scenario === undefined || fault === undefined) return scenario;
    const keyOf = (identity: string): string => `${scenario.name} ${identity}`;
    const identities = scenario.argument === undefined ? identitiesOf(wording) : [scenario.argument];
    if (identities.some((identity) => this.#seen.has(keyOf(identity)))) return undefined;
    const [oldest] = this.#seen;
    if (this.#seen.size >= maxRemembered && oldest !== undefined) this.#seen.delete(oldest);
    this.#seen.add(keyOf(identities[0] ?? ''));
    return { name: fault, argument: fault === 'rate-limit' ? '1' : undefined };
  }
}

/** What a prompt can be known by: itself, and what is left of it without its first paragraphs. */
function identitiesOf(wording: string): readonly string[] {
  const paragraphs = wording.split(/\n{2,}/).slice(0, maxParagraphs);
  return paragraphs.map((_, first) => plainWording(paragraphs.slice(first).join('\n\n')));
}

function plainWording(wording: string): string {
  return wording
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/^(?:please )?(?:generate|create|draw|make) (?:an |a |one )?(?:image|picture)(?: of)? ?/, '')
    .slice(0, 1000);
}
