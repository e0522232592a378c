import type { Config } from '../config/config-schema.ts';
import { loadCatalogue } from '../routing/model-catalogue.ts';

/** Finds the id of a model by any of its names; throws `model_not_found`. */
export function modelIdIn(config: Config): (name: string) => string {
  return (name) => loadCatalogue(config).resolve(name).model.id;
}
