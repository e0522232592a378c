import { foreignWord } from '../../kernel/foreign-text.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { Adaptation } from '../../journey/image-order.ts';
import type { SentField } from './flatten-fields.ts';
import { looksLikePicture } from './picture-names.ts';
import {
  meaninglessFields,
  meaninglessPictureMembers,
  type ReadFields,
  requestFields,
} from './request-schema.ts';

/** More names of the caller's own making than these are counted, not told. */
const maxStrangeNames = 20;

/** The fields with a meaning, checked and typed; what has none is in `adaptations`. */
export interface CheckedFields {
  readonly values: ReadFields;
  /** The caller's spelling of a field, for error messages. */
  readonly pathOf: (name: keyof ReadFields) => string;
  readonly adaptations: readonly Adaptation[];
}

/**
 * Checks every field sent. Values that cannot be used are 400 `invalid_value`. Fields without meaning are
 * reported, or refused with 400 `unknown_parameter` when the caller is `strict`.
 */
export function readFields(sent: ReadonlyMap<string, SentField>, isStrict: boolean): CheckedFields {
  const values: Record<string, unknown> = {};
  const adaptations: Adaptation[] = [];
  let strangeNames = 0;
  for (const [name, field] of sent) {
    if (isKnown(name)) {
      values[name] = check(name, field);
    } else if (!meaninglessFields.has(name) && looksLikePicture(name, field.value)) {
      throw misplacedPicture(field.path);
    } else if (isStrict) {
      throw unknownParameter(field.path, name);
    } else if (meaninglessFields.has(name) || ++strangeNames <= maxStrangeNames) {
      const reason = isMeaningless(name) ? 'no-effect' : 'unknown';
      adaptations.push({ parameter: foreignWord(field.path), action: 'ignored', reason });
    }
  }
  if (strangeNames > maxStrangeNames) {
    const others = String(strangeNames - maxStrangeNames);
    adaptations.push({ parameter: '*', action: 'ignored', from: others, reason: 'unknown' });
  }
  const pathOf = (name: keyof ReadFields): string => sent.get(name)?.path ?? name;
  return { values, pathOf, adaptations };
}

/** A form spells members of an object as `svg[model]`; `images[0].detail` is one of a picture's. */
function isMeaningless(name: string): boolean {
  const [ofForm = ''] = name.split('[', 1);
  const ofPicture = name.slice(name.lastIndexOf('.') + 1);
  return meaninglessFields.has(ofForm) || meaninglessPictureMembers.has(ofPicture);
}

function isKnown(name: string): name is keyof typeof requestFields {
  return Object.hasOwn(requestFields, name);
}

function check(name: keyof typeof requestFields, field: SentField): unknown {
  const result = requestFields[name].safeParse(field.value);
  if (result.success) return result.data;
  const reason = result.error.issues[0]?.message ?? 'cannot be used';
  throw new PlantainError(
    'invalid_value',
    `Invalid value for '${field.path}': ${shown(field.value)} ${reason}.`,
    { param: field.path },
  );
}

/** The value as the caller will recognise it, bounded; without numbers that are not here as they were sent. */
function shown(value: unknown): string {
  if (isRounded(value)) return 'it';
  const text =
    JSON.stringify(value, (_key, inner: unknown) => (isRounded(inner) ? '…' : inner)) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Whether a number of the JSON may have been another: past these JavaScript knows only some, and 1e400 is infinite. */
function isRounded(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;
}

/** Dropped, it would change what is drawn. */
function misplacedPicture(sentPath: string): PlantainError {
  const param = foreignWord(sentPath);
  const message = `There is a picture in '${param}', which is not read. In edits pictures go in 'image' or 'images', a mask in 'mask', at the top of the request.`;
  return new PlantainError('invalid_value', message, { param });
}

function unknownParameter(sentPath: string, name: string): PlantainError {
  const path = foreignWord(sentPath);
  const near = isMeaningless(name) ? undefined : nearestName(name, Object.keys(requestFields));
  const reason = isMeaningless(name)
    ? 'has no effect on Gemini models and strict mode is on'
    : 'is not known';
  const hint = near === undefined ? '' : ` Did you mean '${near}'?`;
  return new PlantainError('unknown_parameter', `Unknown parameter: '${path}' ${reason}.${hint}`, {
    param: path,
  });
}
