import type { Command } from 'commander';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { formatMicroUsd } from '../kernel/money.ts';
import { describeModel } from '../openai/shared/list-models.ts';
import type { ModelCatalogue } from '../routing/model-catalogue.ts';
import { pictureCost } from '../usage/price.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigOptions, loadCommandConfig } from './config-options.ts';
import { examplesHelp } from './examples-help.ts';
import { textTable } from './text-table.ts';

export function registerModelsCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('models')
    .summary('list the models, their names, sizes and prices')
    .description(
      'List the models of the catalogue, those of the configuration file included: what they draw, what a picture costs, and the names they answer to. Asks no server.',
    )
    .option('--json', 'print JSON');
  // The file alone: models and aliases stand nowhere else.
  addConfigOptions(command, [])
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain models', 'what can be drawn with, and for how much'],
        ['plantain models --json | jq -r ".[].id"', 'the ids alone'],
      ]),
    )
    .action(async (options: { json?: true }, self: Command) => {
      const loaded = loadCommandConfig(self, context, []);
      const { checkSettings } = await import('./check-settings.ts');
      const catalogue = checkSettings(loaded);
      context.stdout.write(
        options.json
          ? `${JSON.stringify(
              catalogue.models.map((model) => modelJson(model, catalogue)),
              null,
              2,
            )}\n`
          : modelsText(catalogue),
      );
    });
}

function modelsText(catalogue: ModelCatalogue): string {
  const standard = catalogue.resolve('').model.id;
  const rows = catalogue.models.map((model) => [
    `${model.id}${model.id === standard ? ' *' : ''}`,
    model.imageSizes
      .map((size) => `${size} ${formatMicroUsd(pictureCost(model, size, Date.now()))}`)
      .join(', '),
    String(model.aspectRatios.length),
    `up to ${String(model.maxReferenceImages)}`,
    aliasesOf(model, catalogue).join(', '),
  ]);
  return `${textTable(['Model', 'Sizes, and what a picture costs', 'Ratios', 'References', 'Also called'], rows)}
* draws for requests that name no model. Prompt, references and thinking cost extra.
`;
}

function modelJson(model: CatalogueModel, catalogue: ModelCatalogue): Record<string, unknown> {
  return {
    ...describeModel(model.id, model),
    is_default: catalogue.resolve('').model.id === model.id,
    aliases: aliasesOf(model, catalogue),
    picture_cost_micro_usd: Object.fromEntries(
      model.imageSizes.map((size) => [size, pictureCost(model, size, Date.now())]),
    ),
  };
}

function aliasesOf({ id }: CatalogueModel, { aliases }: ModelCatalogue): string[] {
  return [...aliases].filter(([, target]) => target === id).map(([alias]) => alias);
}
