import { z } from 'zod';
import { responseSchemas } from '../images/response-schema.ts';

/** A JSON Schema, or any other object of the document. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A reference to a schema of the document. */
export function schemaRef(name: keyof typeof responseSchemas | (string & {})): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

/** The components made from the zod schemas of the answers. Open for fields of later versions. */
export function responseComponents(
  named: Readonly<Record<string, z.ZodType>> = responseSchemas,
): Record<string, JsonObject> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => dropSafeIntegerBounds(jsonSchema),
  });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, plain(schema)]));
}

/** The JSON Schema of one zod schema, as what is sent. */
export function jsonSchemaOf(schema: z.ZodType): JsonObject {
  const made = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => dropSafeIntegerBounds(jsonSchema),
  });
  return plain(made);
}

/** Names of a schema's own file mean nothing inside the document. */
function plain(schema: JsonObject): JsonObject {
  const { $schema: _dialect, $id: _id, ...rest } = schema;
  return rest;
}

/** zod writes JavaScript's own bounds on every integer; they are no part of the contract. */
function dropSafeIntegerBounds(schema: { minimum?: number; maximum?: number }): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}
