import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { OpenApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import type { JsonObject } from '../../src/openai/openapi/openapi-schemas.ts';

/** Compiles schemas of the document; `$ref` inside them means the document. */
export function documentSchemas(document: OpenApiDocument): (schema: JsonObject) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, 'openapi.json');
  return (schema) => ajv.compile(rebased(schema) as object);
}

/** The document with every object of an answer closed, so that a field nobody described is a failure. */
export function closedAnswers(document: OpenApiDocument): OpenApiDocument {
  const { schemas } = document.components;
  const closed = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      /Request$|Form$|^Picture/.test(name) ? schema : (close(schema) as JsonObject),
    ]),
  );
  return { ...document, components: { ...document.components, schemas: closed } };
}

function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, close(item)]));
  return 'properties' in inner ? { ...inner, additionalProperties: false } : inner;
}

function rebased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rebased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && typeof item === 'string' ? `openapi.json${item}` : rebased(item),
    ]),
  );
}
