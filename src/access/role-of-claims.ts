import type { OperatorRole } from '../journey/operator.ts';

/** Which values of a claim make an admin, and which a viewer. */
export interface RoleRules {
  /** Its name, or the way to it through objects: `realm_access.roles`. */
  readonly roleClaim: string;
  readonly admins: readonly string[];
  readonly viewers: readonly string[];
}

type Claims = Readonly<Record<string, unknown>>;

/** What a person may do here by what their provider says of them: the most that any value gives; undefined: nothing. */
export function roleOfClaims(
  claims: Claims,
  { roleClaim, admins, viewers }: RoleRules,
): OperatorRole | undefined {
  // An address that nobody has proved to be theirs may be anybody's.
  if (roleClaim === 'email' && claims['email_verified'] !== true) return undefined;
  const values = valuesOf(claimAt(claims, roleClaim));
  if (admins.some((admin) => values.includes(admin))) return 'admin';
  return viewers.some((viewer) => values.includes(viewer)) ? 'viewer' : undefined;
}

/** A claim by its name, which may have dots of its own, or by the way through objects. */
export function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>((at, step) => (isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined), claims);
}

/** Providers give one text, a list of them, or an object with one member each. */
function valuesOf(claim: unknown): readonly unknown[] {
  if (Array.isArray(claim)) return claim;
  return isObject(claim) ? Object.keys(claim) : [claim];
}

function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
