import { ConfigError } from '../config/config-error.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { isScenarioName, scenarioNames } from '../emulator/scenarios.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import { CatalogueError, loadCatalogue, type ModelCatalogue } from '../routing/model-catalogue.ts';

/**
 * Checks what the configuration alone cannot: that its models, aliases and default model make a catalogue, and
 * that the sandbox knows its scenario. Throws ConfigError with every problem, those of the configuration included.
 */
export function checkSettings({ config, problems: found, subjectOf, broken }: LoadedConfig): ModelCatalogue {
  const problems = [...found];
  const { scenario } = config.sandbox;
  if (scenario !== undefined && !isScenarioName(scenario)) {
    const near = nearestName(scenario, scenarioNames);
    const hint =
      near === undefined ? '`plantain emulator --list-scenarios` lists them.' : `Did you mean ${near}?`;
    problems.push(`${subjectOf(['sandbox', 'scenario'])}: there is no scenario ${scenario}. ${hint}`);
  }
  try {
    const catalogue = loadCatalogue(config);
    if (problems.length === 0) return catalogue;
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    // Beside models that could not be read, it would only say that they are missing.
    if (!broken.has('models'))
      problems.push(...error.faults.map(({ path, problem }) => `${subjectOf(path)} ${problem}.`));
  }
  throw new ConfigError(problems);
}
