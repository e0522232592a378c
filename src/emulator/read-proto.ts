import type { FieldViolation } from './google-error.ts';
import { enums } from './proto-enums.ts';
import { messages, oneofs, type Scalar, scalarTypeNames } from './proto-schema.ts';

/** Google lists every fault; more than this helps nobody and could make an answer larger than the request. */
const maxViolations = 100;
const scalars = new Set<string>(['string', 'bool', 'int32', 'float', 'bytes', 'struct']);

export interface ProtoReading {
  /** The message with camelCase keys; only meaningful without violations. */
  readonly message: Readonly<Record<string, unknown>>;
  readonly violations: readonly FieldViolation[];
}

/**
 * Reads proto-JSON as Google's front end does: camelCase and snake_case at every depth, a single value where a list
 * is expected, numbers as text, enums by name or number; unknown names are faults
 * (docs/contracts/gemini.md#validation). `version` is the API version, part of the type names in the messages.
 */
export function readProto(messageType: string, value: unknown, version: string): ProtoReading {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const description = 'Invalid JSON payload received. Unknown name "": Root element must be a message.';
    return { message: {}, violations: [{ field: '', description }] };
  }
  const service = messageType.startsWith('Vertex') ? 'cloud.aiplatform' : 'ai.generativelanguage';
  const reader = new ProtoReader(`google.${service}.${version}`);
  const message = reader.readMessage(messageType, value as Record<string, unknown>, '');
  return { message, violations: reader.violations };
}

class ProtoReader {
  readonly violations: FieldViolation[] = [];
  readonly #package: string;

  constructor(name: string) {
    this.#package = `type.googleapis.com/${name}.`;
  }

  readMessage(type: string, value: Record<string, unknown>, path: string): Record<string, unknown> {
    const fields = fieldsOf(type);
    const message: Record<string, unknown> = {};
    const taken = new Map<string, string>();
    for (const [name, inner] of Object.entries(value)) {
      const field = fields.get(name);
      if (field === undefined) {
        this.#unknownName(name, path, 'Cannot find field.');
        continue;
      }
      // In proto-JSON null is the same as leaving the field out.
      if (inner === null) continue;
      if (field.oneof !== undefined && taken.has(field.oneof)) {
        this.#fault(
          path,
          `Invalid value at '${path}' (oneof), oneof field '${field.oneof}' is already set. Cannot set '${name}'`,
        );
        continue;
      }
      if (field.oneof !== undefined) taken.set(field.oneof, name);
      message[field.camelName] = this.#readField(field, name, inner, path);
    }
    return message;
  }

  #readField(field: FieldType, name: string, value: unknown, parentPath: string): unknown {
    const path = parentPath === '' ? field.snakeName : `${parentPath}.${field.snakeName}`;
    if (Array.isArray(value) && field.type !== 'struct') {
      if (field.repeated)
        return value.map((item, index) =>
          this.#readValue(field, name, item, `${path}[${index}]`, parentPath),
        );
      this.#unknownName(name, parentPath, 'Proto field is not repeating, cannot start list.');
      return undefined;
    }
    const single = this.#readValue(field, name, value, path, parentPath);
    return field.repeated && !(field.type === 'struct' && Array.isArray(value)) ? [single] : single;
  }

  #readValue(field: FieldType, name: string, value: unknown, path: string, parentPath: string): unknown {
    if (field.type === 'struct') return value;
    const isObject = typeof value === 'object' && value !== null;
    if (messages[field.type] !== undefined) {
      if (isObject && !Array.isArray(value))
        return this.readMessage(field.type, value as Record<string, unknown>, path);
      return this.#invalidValue(path, `${this.#package}${field.type.replace(/^Vertex/, '')}`, value);
    }
    if (isObject) {
      this.#unknownName(name, parentPath, 'Starting an object on a scalar field.');
      return undefined;
    }
    const enumType = enums[field.type];
    if (enumType !== undefined) {
      const found = readEnum(enumType.values, value);
      return found ?? this.#invalidValue(path, `${this.#package}${enumType.name}`, value);
    }
    return this.#readScalar(field.type as Exclude<Scalar, 'struct'>, path, value);
  }

  #readScalar(type: Exclude<Scalar, 'struct'>, path: string, value: unknown): unknown {
    if (type === 'bytes' && typeof value === 'string' && !isBase64(value)) {
      const shown = JSON.stringify(value.slice(0, 100));
      this.#fault(path, `Invalid value at '${path}' (TYPE_BYTES), Base64 decoding failed for ${shown}`);
      return undefined;
    }
    const read = scalarReaders[type](value);
    return read ?? this.#invalidValue(path, scalarTypeNames[type], value);
  }

  #invalidValue(path: string, typeName: string, value: unknown): undefined {
    this.#fault(path, `Invalid value at '${path}' (${typeName}), ${JSON.stringify(value)}`);
    return undefined;
  }

  #unknownName(name: string, path: string, reason: string): void {
    const place = path === '' ? '' : ` at '${path}'`;
    this.#fault(
      path,
      `Invalid JSON payload received. Unknown name ${JSON.stringify(name)}${place}: ${reason}`,
    );
  }

  #fault(field: string, description: string): void {
    if (this.violations.length < maxViolations) this.violations.push({ field, description });
  }
}

interface FieldType {
  readonly snakeName: string;
  readonly camelName: string;
  readonly type: string;
  readonly repeated: boolean;
  readonly oneof: string | undefined;
}

const fieldTables = new Map<string, ReadonlyMap<string, FieldType>>();

/** Every accepted spelling of a message's fields; made once a message. */
function fieldsOf(messageType: string): ReadonlyMap<string, FieldType> {
  const known = fieldTables.get(messageType);
  if (known !== undefined) return known;
  const table = new Map<string, FieldType>();
  for (const [snakeName, spelled] of Object.entries(messages[messageType] ?? {})) {
    const type = spelled.replace(/\[\]$/, '');
    if (!scalars.has(type) && messages[type] === undefined && enums[type] === undefined) {
      throw new Error(`${messageType}.${snakeName} has the unknown type ${type}`);
    }
    const camelName = snakeName.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const oneof = Object.entries(oneofs[messageType] ?? {}).find(([, names]) =>
      names.includes(snakeName),
    )?.[0];
    const field: FieldType = { snakeName, camelName, type, repeated: spelled.endsWith('[]'), oneof };
    table.set(snakeName, field);
    table.set(camelName, field);
  }
  fieldTables.set(messageType, table);
  return table;
}

function readEnum(values: readonly string[], value: unknown): string | undefined {
  if (typeof value === 'number') return values[value];
  return typeof value === 'string' ? values.find((name) => name === value.toUpperCase()) : undefined;
}

/** Undefined where the value is of another type. Numbers may come as text, and a boolean too. */
const scalarReaders: Readonly<Record<Exclude<Scalar, 'struct'>, (value: unknown) => unknown>> = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  bytes: (value) => (typeof value === 'string' ? value : undefined),
  bool: (value) => {
    if (value === 'true' || value === 'false') return value === 'true';
    return typeof value === 'boolean' ? value : undefined;
  },
  float: readNumber,
  int32: (value) => {
    const number = readNumber(value);
    return number !== undefined && number === (number | 0) ? number : undefined;
  },
};

function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Both base64 alphabets, padding optional, as the protobuf readers allow. Searching for a stranger needs no backtracking. */
function isBase64(text: string): boolean {
  const end = /[^A-Za-z0-9+/_-]/.exec(text)?.index ?? text.length;
  return ['', '=', '=='].includes(text.slice(end, end + 3));
}
