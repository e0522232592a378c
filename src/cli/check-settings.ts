import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/config-schema.ts';
import { isScenarioName, scenarioNames } from '../emulator/scenarios.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import { loadCatalogue, type ModelCatalogue } from '../routing/model-catalogue.ts';

/**
 * Checks what the configuration alone cannot: that its models, aliases and default model make a catalogue, and
 * that the sandbox knows its scenario. Throws ConfigError.
 */
export function checkSettings(config: Config): ModelCatalogue {
  const problems: string[] = [];
  const { scenario } = config.sandbox;
  if (scenario !== undefined && !isScenarioName(scenario)) {
    const near = nearestName(scenario, scenarioNames);
    const hint =
      near === undefined ? '`plantain emulator --list-scenarios` lists them.' : `Did you mean ${near}?`;
    problems.push(`sandbox.scenario: there is no scenario ${scenario}. ${hint}`);
  }
  try {
    const catalogue = loadCatalogue({ ...config.catalogue, defaultModel: config.defaultModel });
    if (problems.length === 0) return catalogue;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    problems.push(/[.!?]$/.test(message) ? message : `${message}.`);
  }
  throw new ConfigError(problems);
}
