import { z } from 'zod';
import { nearestName } from '../kernel/nearest-name.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

/** Reads a JSON document by its schema. Throws `invalid_value`, `missing_parameter` or `unknown_parameter` with the field at fault. */
export function readFields<Fields>(schema: z.ZodType<Fields>, document: unknown): Fields {
  const unreadable = unreadableMember(document);
  if (unreadable !== undefined)
    throw new PlantainError('unknown_parameter', `Unknown parameter: '${unreadable}'.`, {
      param: unreadable,
    });
  const result = schema.safeParse(document, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String) ?? [];
  if (issue?.code === 'unrecognized_keys') {
    const name = (issue.keys[0] ?? '').slice(0, 60);
    const param = [...path, name].join('.').slice(0, 120);
    const near = nearestName(name, namesAt(schema, path));
    const hint = near === undefined ? '' : ` Did you mean '${near}'?`;
    throw new PlantainError('unknown_parameter', `Unknown parameter: '${param}'.${hint}`, { param });
  }
  const param = path.join('.').slice(0, 120);
  if (param === '')
    throw new PlantainError('invalid_value', 'The body must be a JSON object, such as {"name": "website"}.');
  if (issue?.code === 'invalid_type' && issue.input === undefined)
    throw new PlantainError('missing_parameter', `Missing required parameter: '${param}'.`, { param });
  const message = `Invalid value for '${param}': ${issue?.message ?? 'it cannot be read'}.`;
  throw new PlantainError('invalid_value', message, { param });
}

/** The path of a member that zod would pass over without a word. Documents nest no deeper than their reader lets them. */
function unreadableMember(value: unknown, path = ''): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const own = path === '' ? name : `${path}.${name}`.slice(0, 120);
    const found = name === '__proto__' ? own : unreadableMember(member, own);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The names that an object may have at a path. */
function namesAt(schema: z.ZodType, [step, ...rest]: readonly string[]): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return namesAt(schema.unwrap() as z.ZodType, step === undefined ? [] : [step, ...rest]);
  if (schema instanceof z.ZodRecord)
    return step === undefined ? [] : namesAt(schema.valueType as z.ZodType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  if (step === undefined) return Object.keys(shape);
  const inner = shape[step];
  return inner === undefined ? [] : namesAt(inner, rest);
}
