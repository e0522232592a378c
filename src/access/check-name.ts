import { PlantainError } from '../kernel/plantain-error.ts';

const nameForm = /^[\p{L}\p{N}][\p{L}\p{N} ._@:/+-]{0,63}$/u;

/**
 * Names appear in tables, logs and on the command line beside ids, and must not be taken for an id or a key. Throws
 * `invalid_value`.
 */
export function checkName(kind: 'key' | 'project', name: string): void {
  if (/^(?:sk-|key_|proj_)/i.test(name)) {
    throw new PlantainError(
      'invalid_value',
      `A ${kind} is named after its user or program, such as "website". Names starting with sk-, key_ or proj_ are not allowed.`,
      { param: 'name' },
    );
  }
  if (!nameForm.test(name)) {
    throw new PlantainError(
      'invalid_value',
      `A ${kind} name has 1 to 64 letters, digits, spaces or . _ @ : / + - and starts with a letter or digit.`,
      { param: 'name' },
    );
  }
}
