import type { ChaosReport, RunOptions } from './experiment.ts';
import { measureScenario, scenarioHeader } from './scenarios/measure-scenario.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** Runs scenarios one after the other, those that are wished for and can be run here. */
export async function runScenarios(
  scenarios: readonly (() => Scenario | Promise<Scenario>)[],
  { only, hasOwnNetwork, log }: RunOptions,
  memoryLimitBytes?: number,
): Promise<ChaosReport> {
  const rows: (readonly string[])[] = [];
  const broken: string[] = [];
  const notes: string[] = [];
  // Made one by one: the bodies of all of them together are a gigabyte.
  for (const make of scenarios) {
    const scenario = await make();
    const { letter, title, needsOwnNetwork = false } = scenario;
    if (only !== undefined && !only.includes(letter)) continue;
    if (needsOwnNetwork && !hasOwnNetwork) {
      notes.push(`Not run: ${letter}, ${title}. It needs a network of its own, and that needs root.`);
      continue;
    }
    log(`${letter}. ${title}`);
    const result = await measureScenario(scenario, memoryLimitBytes);
    rows.push(result.row);
    broken.push(...result.broken);
  }
  return { header: scenarioHeader, rows, notes, broken };
}
