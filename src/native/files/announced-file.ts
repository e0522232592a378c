import { PlantainError } from '../../kernel/plantain-error.ts';
import { invalid } from '../invalid.ts';
import { checkNames, dropNulls, field, isMembers, type Members } from '../members.ts';
import type { AnnouncedFile } from './uploads.ts';

/** What the headers of an announcement say of the file; empty texts say nothing. */
export interface StatedFile {
  /** `x-goog-upload-header-content-length`. */
  readonly length: string;
  /** `x-goog-upload-header-content-type`. */
  readonly type: string;
}

/** Members of Google's `File`. Those that only an answer has mean nothing in an announcement, at Google too. */
const fileNames = [
  'name',
  'displayName',
  'mimeType',
  'sizeBytes',
  'createTime',
  'updateTime',
  'expirationTime',
  'sha256Hash',
  'uri',
  'downloadUri',
  'state',
  'source',
  'error',
  'videoMetadata',
] as const;
const maxDisplayName = 512;

/**
 * Reads what is said of a file before it is sent, `{"file": {…}}` and headers. Undefined: there was no body. Throws
 * `invalid_json` for what is no object, and `invalid_value` for a name that Google does not have or a value of another kind.
 */
export function announcedFile(document: unknown, stated: StatedFile): AnnouncedFile {
  if (document !== undefined && !isMembers(document))
    throw new PlantainError('invalid_json', 'The body must be a JSON object.');
  const members = document ?? {};
  dropNulls(members);
  checkNames(members, ['file']);
  const file = field(members, 'file') ?? {};
  if (!isMembers(file)) throw invalid('file', "Invalid value at 'file': it must be an object.");
  checkNames(file, fileNames, " at 'file'");
  const displayName = textOf(file, 'displayName');
  if ((displayName ?? '').length > maxDisplayName)
    throw invalid('displayName', `'displayName' has at most ${maxDisplayName} characters.`);
  return {
    name: textOf(file, 'name'),
    displayName,
    mimeType: typeIn(stated.type || textOf(file, 'mimeType')),
    statedBytes: statedBytes(stated.length, field(file, 'sizeBytes')),
  };
}

function textOf(file: Members, name: string): string | undefined {
  const value = field(file, name);
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw invalid(name, `Invalid value at 'file.${name}': it must be text.`);
  return value;
}

/** What is no type is left to the bytes to tell. */
function typeIn(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.+-]{1,60}\/[\w.+-]{1,100}(?:;.{0,100})?$/.test(text) ? text : undefined;
}

function statedBytes(header: string, member: unknown): number | undefined {
  const ofHeader = header === '' ? undefined : bytesIn(header, 'x-goog-upload-header-content-length');
  const ofMember = member === undefined ? undefined : bytesIn(member, 'sizeBytes');
  if (ofHeader !== undefined && ofMember !== undefined && ofHeader !== ofMember)
    throw invalid(
      'sizeBytes',
      `'sizeBytes' is ${ofMember}, and x-goog-upload-header-content-length ${ofHeader}. Send one length.`,
    );
  return ofHeader ?? ofMember;
}

/** A number of bytes: as protocol buffers write it in JSON also in quotes. */
function bytesIn(value: unknown, param: string): number {
  const bytes = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw invalid(param, `Invalid value at '${param}': it must be a whole number of bytes.`);
}
