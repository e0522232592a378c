import { CapturedText } from '../bytes/captured-text.ts';
import { snakeCase } from '../kernel/snake-case.ts';
import { invalid } from './invalid.ts';

/** An object of a request, as it was sent: names in either spelling. */
export type Members = Record<string, unknown>;

export function isMembers(value: unknown): value is Members {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof CapturedText)
  );
}

/** An object, or what stands for one that is absent. */
export function membersOf(value: unknown): Members {
  return isMembers(value) ? value : {};
}

/** A list; one value stands for a list of one, as in Google's own reader. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The name under which `members` has `camelName`: as it is, or in snake_case. Throws `invalid_value` when it has both. */
export function spelled(members: Members, camelName: string): string | undefined {
  const snakeName = snakeCase(camelName);
  const names = [...new Set([camelName, snakeName])].filter((name) => Object.hasOwn(members, name));
  if (names.length > 1)
    throw invalid(camelName, `'${camelName}' and '${snakeName}' are one field. Send it once.`);
  return names[0];
}

/**
 * Refuses a member that has none of these names in either spelling, as Google does. `place` tells where it stands, if not at
 * the top of the body. Throws `invalid_value`.
 */
export function checkNames(members: Members, camelNames: readonly string[], place = ''): void {
  const known = new Set(camelNames.map((name) => spelled(members, name)));
  const unknown = Object.keys(members).find((name) => !known.has(name));
  if (unknown === undefined) return;
  const shown = JSON.stringify(unknown.slice(0, 100));
  throw invalid(
    unknown.slice(0, 60),
    `Invalid JSON payload received. Unknown name ${shown}${place}: Cannot find field.`,
  );
}

/** The value of a field in either spelling. */
export function field(members: Members, camelName: string): unknown {
  const name = spelled(members, camelName);
  return name === undefined ? undefined : members[name];
}

/** Gives a field another value, under the name it was sent by. Undefined: it is left out. */
export function setField(members: Members, camelName: string, value: unknown): void {
  const name = spelled(members, camelName) ?? camelName;
  if (value === undefined) delete members[name];
  else members[name] = value;
}

/** Takes out members that are null: to protocol buffers they are absent, and hand-written clients send them everywhere. */
export function dropNulls(value: unknown): void {
  if (Array.isArray(value)) for (const element of value) dropNulls(element);
  else if (isMembers(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (member === null) delete value[name];
      else dropNulls(member);
    }
  }
}

/** Whether a value says no more than its absence. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  return Array.isArray(value) ? value.length === 0 : isMembers(value) && Object.keys(value).length === 0;
}
