import { configFields, configValue } from './config-fields.ts';
import type { LoadedConfig, Origin } from './load-config.ts';

export interface ConfigRow {
  /** Dotted name in plantain.yaml. */
  readonly field: string;
  /** As shown to people; secrets redacted, empty when unset. */
  readonly value: string;
  readonly origin: Origin;
  readonly description: string;
}

/** Every setting with its value and where the value came from, in the order of the documentation. */
export function explainConfig({ config, origins }: LoadedConfig): ConfigRow[] {
  const rows = configFields.map((field): ConfigRow => {
    const value = configValue(config, field.path);
    const shown = field.secret && typeof value === 'string' ? redactSecret(value) : field.kind.format(value);
    return {
      field: field.yamlName,
      value: shown,
      origin: origins.get(field.path) ?? 'default',
      description: field.description,
    };
  });
  const { models, aliases } = config.catalogue;
  return [
    ...rows,
    {
      field: 'models',
      value: Object.keys(models).join(', '),
      origin: origins.get('models') ?? 'default',
      description: modelsDescription,
    },
    {
      field: 'aliases',
      value: Object.keys(aliases).join(', '),
      origin: origins.get('aliases') ?? 'default',
      description: aliasesDescription,
    },
  ];
}

export const modelsDescription = 'Models added to the catalogue or changed in it, by id.';
export const aliasesDescription = 'Further names for models. A name may end in `*`.';

/** `AIza…(39 characters)`: enough to tell keys apart, nothing to use. A short secret shows nothing. */
export function redactSecret(secret: string): string {
  const shown = secret.length >= 16 ? secret.slice(0, 4) : '';
  return `${shown}…(${String(secret.length)} characters)`;
}
