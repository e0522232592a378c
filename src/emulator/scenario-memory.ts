import type { ChosenScenario } from './scenario-choice.ts';
import type { ScenarioName } from './scenarios.ts';

const maxRemembered = 10_000;
const onceScenarios: Readonly<Partial<Record<ScenarioName, ScenarioName>>> = {
  'flaky-once': 'unavailable',
  'no-image-once': 'no-image',
  'rate-limit-once': 'rate-limit',
};

/** Remembers which passing faults have happened, so that the same order fails once and then succeeds. */
export class ScenarioMemory {
  readonly #seen = new Set<string>();

  /**
   * Turns a passing fault into the fault itself the first time and into nothing afterwards. Calls belong together by
   * the phrase's argument, else by the prompt: a gateway may have reworded it as an explicit image request.
   */
  resolve(scenario: ChosenScenario | undefined, wording: string): ChosenScenario | undefined {
    const fault = scenario === undefined ? undefined : onceScenarios[scenario.name];
    if (scenario === undefined || fault === undefined) return scenario;
    const key = `${scenario.name} ${scenario.argument ?? plainWording(wording)}`;
    if (this.#seen.has(key)) return undefined;
    const [oldest] = this.#seen;
    if (this.#seen.size >= maxRemembered && oldest !== undefined) this.#seen.delete(oldest);
    this.#seen.add(key);
    return { name: fault, argument: fault === 'rate-limit' ? '1' : undefined };
  }
}

function plainWording(wording: string): string {
  return wording
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/^(?:please )?(?:generate|create|draw|make) (?:an |a |one )?(?:image|picture)(?: of)? ?/, '')
    .slice(0, 1000);
}
