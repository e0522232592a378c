import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { type GoogleError, modelNotFound } from './google-error.ts';
import type { VertexScope } from './route.ts';
import { publisherModelNotFound } from './vertex-errors.ts';

/** Which model is asked for what, and where. */
export interface ModelQuestion {
  readonly modelId: string;
  readonly version: string;
  /** The RPC, such as `generateContent`. */
  readonly method: string;
  readonly vertex: VertexScope | undefined;
}

/** Locations of Vertex that serve every model; regions have the older ones alone (docs/contracts/gemini.md#vertex). */
const wideLocations = ['global', 'us', 'eu'];

/** The model that is asked for. Throws the service's 404. */
export function findModel(
  models: ReadonlyMap<string, CatalogueModel>,
  { modelId, version, method, vertex }: ModelQuestion,
): CatalogueModel {
  const model = models.get(modelId);
  const isHere = vertex === undefined || wideLocations.includes(vertex.location) || /\b2\.5\b/.test(modelId);
  if (model !== undefined && isHere) return model;
  throw vertex === undefined ? modelNotFound(modelId, version, method) : notAtVertex(modelId, vertex);
}

function notAtVertex(modelId: string, { project, location }: VertexScope): GoogleError {
  const scope = project === undefined ? '' : `projects/${project}/locations/${location}/`;
  return publisherModelNotFound(`${scope}publishers/google/models/${modelId}`);
}
