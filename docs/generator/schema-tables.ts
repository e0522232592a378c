import type { OpenApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import type { JsonObject } from '../../src/openai/openapi/openapi-schemas.ts';
import { markdownTable } from './markdown-table.ts';

/** A table of the fields that a component of requests has: all, or those that another component has not. */
export function requestTable(
  { components }: OpenApiDocument,
  name: string,
  { without }: { readonly without?: string } = {},
): string {
  const schema = components.schemas[name] ?? {};
  const known = without === undefined ? {} : propertiesOf(components.schemas[without] ?? {});
  return markdownTable(
    ['field', 'type', 'required', 'default', 'values', 'treatment', 'meaning'],
    Object.entries(propertiesOf(schema))
      .filter(([field]) => known[field] === undefined)
      .map(([field, property]) => [
        `\`${field}\``,
        typeOf(property),
        presence(schema, field, ['yes', 'one of these', 'no']),
        defaultOf(property),
        valuesOf(canonical(property)),
        text(property['x-treatment'] ?? 'exact'),
        text(property['description'] ?? referred(components.schemas, property)['description']),
      ]),
  );
}

/** A table of what an answer holds, objects within it by their path; those of `linked` have tables of their own on the page. */
export function answerTable(
  { components }: OpenApiDocument,
  name: string,
  linked: readonly string[] = [],
): string {
  const rows = (schema: JsonObject, prefix: string, isChoice = false): string[][] =>
    Object.entries(propertiesOf(schema)).flatMap(([field, property]) => {
      const target = referred(components.schemas, property);
      const path = `${prefix}${field}`;
      const link = linked.find((one) => text(canonical(property)['$ref']).endsWith(`/${one}`));
      const items = target['items'] as JsonObject | undefined;
      const row = [
        `\`${path}\``,
        typeOf(target),
        isChoice ? 'one of these' : presence(schema, field, ['always', 'one of these', 'not always']),
        valuesOf(target),
        text(property['description'] ?? target['description'] ?? canonical(target)['description']) +
          (link === undefined ? '' : ` As [${link}](#${link.toLowerCase()}).`),
      ];
      if (link !== undefined) return [row];
      if (items === undefined) return [row, ...rows(target, `${path}.`)];
      const kinds = ((items['anyOf'] ?? [items]) as readonly JsonObject[]).map((item) =>
        referred(components.schemas, item),
      );
      return [row, ...kinds.flatMap((item) => rows(item, `${path}[].`, kinds.length > 1))];
    });
  return markdownTable(
    ['field', 'type', 'there', 'values', 'meaning'],
    rows(components.schemas[name] ?? {}, ''),
  );
}

type Properties = Readonly<Record<string, JsonObject>>;

function propertiesOf(schema: JsonObject): Properties {
  return (schema['properties'] ?? {}) as Properties;
}

/** Whether an object must have a field, may have it, or must have it or one of its like: one of three words. */
function presence(
  { required = [], anyOf = [] }: JsonObject,
  field: string,
  [must, choice, may]: readonly [string, string, string],
): string {
  if ((required as readonly string[]).includes(field)) return must;
  const isChoice = (anyOf as readonly JsonObject[]).some(({ required: one }) => String(one) === field);
  return isChoice ? choice : may;
}

/** Fields are taken in several types; the first is the one that is meant. */
function canonical(property: JsonObject): JsonObject {
  const forms = property['anyOf'] as readonly JsonObject[] | undefined;
  return forms?.[0] ?? property;
}

function referred(schemas: Properties, property: JsonObject): JsonObject {
  const reference = text(property['$ref']);
  return reference === '' ? property : (schemas[reference.slice('#/components/schemas/'.length)] ?? {});
}

function typeOf(property: JsonObject): string {
  const form = canonical(property);
  const reference = text(form['$ref']);
  if (reference !== '')
    return /\/Pictures?$/.test(reference) ? (reference.endsWith('s') ? 'pictures' : 'picture') : 'object';
  if ('contentMediaType' in form) return 'file';
  if (Array.isArray(form['type'])) return form['type'].join(' or ');
  return text(form['type'] ?? typeof (form['const'] ?? (form['enum'] as readonly unknown[] | undefined)?.[0]));
}

function defaultOf(property: JsonObject): string {
  if (property['default'] !== undefined) return `\`${text(property['default'])}\``;
  return text(property['x-default'] ?? 'none');
}

function valuesOf(form: JsonObject): string {
  const { minimum, maximum, maxLength, maxItems } = form;
  const listed = (form['enum'] ?? (form['const'] === undefined ? undefined : [form['const']])) as unknown[];
  if (listed !== undefined) return listed.map((value) => `\`${text(value)}\``).join(', ');
  if (minimum !== undefined && maximum !== undefined) return `${text(minimum)} to ${text(maximum)}`;
  if (Array.isArray(form['examples']))
    return `such as ${form['examples'].map((value) => `\`${text(value)}\``).join(', ')}`;
  if (maxLength !== undefined) return `up to ${text(maxLength)} characters`;
  if (maxItems !== undefined) return `up to ${text(maxItems)}`;
  return minimum === undefined ? '' : `${text(minimum)} or more`;
}

function text(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
