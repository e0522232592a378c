/**
 * A WebAssembly function that finds where a run of base64 digits ends, 16 bytes at a time. JavaScript has no native
 * search for a class of bytes, and its own loops take longer over a picture than all else that is done to it
 * (docs/performance.md, "What was tried"). Written out here as the instructions it is made of:
 *
 *     skip(at, end): while 64 more bytes are there and all of them are digits, at += 64; return at
 *
 * A byte is a digit when what two tables hold for its lower and for its upper four bits has no bit in common.
 */
export interface DigitSearch {
  /** Where the bytes to search are copied to. */
  readonly memory: Uint8Array;
  /** The start of the first 64 bytes from `at` on with anything but digits in them, or that reach past `end`. */
  readonly skip: (at: number, end: number) => number;
}

export const searchBlockBytes = 64;
const pageBytes = 65_536;

/** What is used of the global object, of which neither Node's types nor the language's speak. */
interface WebAssemblyGlobal {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (
      module: object,
    ) => {
      readonly exports: {
        readonly memory: { readonly buffer: ArrayBuffer };
        readonly skip: DigitSearch['skip'];
      };
    };
  };
}

/** `digits`: 1 for each byte that is one. Undefined where the processor, or a flag of Node's, does not allow it. */
export function compileDigitSearch(digits: Uint8Array): DigitSearch | undefined {
  try {
    const { WebAssembly } = globalThis as unknown as WebAssemblyGlobal;
    const { memory, skip } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(digits))).exports;
    return { memory: new Uint8Array(memory.buffer, 0, pageBytes), skip };
  } catch {
    return undefined;
  }
}

// The function's parameters and locals. Constants stand in locals: V8 makes others anew in every round of the loop.
const at = 0;
const end = 1;
const bytes = 2;
const lowTable = 3;
const highTable = 4;
const lowFour = 5;

// Instructions, https://webassembly.github.io/spec/core/binary/instructions.html
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const number = (value: number): number[] => [0x41, ...leb(value, 0x40)];
const add = [0x6a];
const isGreater = [0x4b];
const branch = (depth: number): number[] => [0x0c, depth];
const branchIf = (depth: number): number[] => [0x0d, depth];
const endOfBody = [0x0b];
const code = (...parts: readonly (readonly number[])[]): number[] => parts.flat();
const block = (...body: readonly (readonly number[])[]): number[] => [
  0x02,
  0x40,
  ...code(...body, endOfBody),
];
const loop = (...body: readonly (readonly number[])[]): number[] => [0x03, 0x40, ...code(...body, endOfBody)];
const load = (offset: number): number[] => [0xfd, 0x00, 0, ...leb(offset)];
const sixteen = (values: readonly number[]): number[] => [0xfd, 0x0c, ...values];
const and = [0xfd, 0x4e];
const or = [0xfd, 0x50];
const isAnySet = [0xfd, 0x53];
const shiftRight = [0xfd, 0x8d, 0x01];
/** The relaxed one, a single instruction; with indices below 16 it is as exact as the other. */
const lookUp = [0xfd, 0x80, 0x02];

const fifteens = Array.from({ length: 16 }, () => 15);

/**
 * The two tables. The digits that share their upper four bits are a class by the lower four bits they have; a class is
 * a bit, set for its upper bits, and for the lower bits that none of its digits has.
 */
function tablesOf(digits: Uint8Array): { readonly low: number[]; readonly high: number[] } {
  const bits = new Map<string, number>();
  const low = Array.from({ length: 16 }, () => 0);
  const high = Array.from({ length: 16 }, (_upper, upper) => {
    const members = digits.subarray(upper * 16, upper * 16 + 16);
    const known = bits.get(members.join());
    if (known !== undefined) return known;
    const bit = 1 << bits.size;
    bits.set(members.join(), bit);
    for (const [lower, isDigit] of members.entries()) if (isDigit === 0) low[lower] = (low[lower] ?? 0) | bit;
    return bit;
  });
  return { low, high };
}

/** Leaves zeros on the stack where the 16 bytes at `offset` are digits. */
function strangersAt(offset: number): number[] {
  const low = code(get(bytes), get(lowFour), and);
  const high = code(get(bytes), number(4), shiftRight, get(lowFour), and);
  return code(
    code(get(at), load(offset), set(bytes)),
    code(get(lowTable), low, lookUp),
    code(get(highTable), high, lookUp),
    and,
  );
}

function skipFunction(digits: Uint8Array): number[] {
  const { low, high } = tablesOf(digits);
  const constants = code(
    code(sixteen(low), set(lowTable)),
    code(sixteen(high), set(highTable)),
    code(sixteen(fifteens), set(lowFour)),
  );
  const nextAt = code(get(at), number(searchBlockBytes), add);
  const firstHalf = code(strangersAt(0), strangersAt(16), or);
  const secondHalf = code(strangersAt(32), strangersAt(48), or);
  const search = loop(
    code(nextAt, get(end), isGreater, branchIf(1)),
    code(firstHalf, secondHalf, or, isAnySet, branchIf(1)),
    code(nextAt, set(at), branch(0)),
  );
  return [1, 4, v128, ...code(constants, block(search), get(at), endOfBody)];
}

const i32 = 0x7f;
const v128 = 0x7b;

const magic = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

function moduleBytes(digits: Uint8Array): Uint8Array {
  const skip = skipFunction(digits);
  return Uint8Array.from([
    ...magic,
    ...section(1, [1, 0x60, 2, i32, i32, 1, i32]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...exported('memory', 2), ...exported('skip', 0)]),
    ...section(10, [1, ...leb(skip.length), ...skip]),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

function exported(name: string, kind: number): number[] {
  return [name.length, ...Buffer.from(name), kind, 0];
}

/** LEB128; a signed number's last byte has to stay below 0x40. */
function leb(value: number, lastBelow = 0x80): number[] {
  return value < lastBelow ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7, lastBelow)];
}
