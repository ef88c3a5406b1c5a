/*
 * WebAssembly written as TypeScript: an operand is the code that puts a value on the stack, an instruction takes operands and is such code
 * itself, so that `f64x2.add(a, b)` reads as it does in a formula. Only what the kernels of this folder need is here.
 */

export type Code = readonly number[];
export type ValueType = keyof typeof valueTypes;

const valueTypes = { i32: 0x7f, v128: 0x7b } as const;
const SIMD = 0xfd;

const op = (...bytes: number[]) => (...operands: Code[]): Code => [...operands.flat(), ...bytes];
const simd = (opcode: number) => op(SIMD, ...unsigned(opcode));

/** Addresses are byte offsets into the one memory, plus a constant one; `align` is the logarithm of what may be hoped for. */
const load = (opcode: Code, align: number) => (address: Code, offset: number): Code => [...address, ...opcode, align, ...unsigned(offset)];
const store = (opcode: Code, align: number) => (address: Code, value: Code, offset: number): Code =>
  [...address, ...value, ...opcode, align, ...unsigned(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: op(0x6a), and: op(0x71), shl: op(0x74), shrU: op(0x76), ltU: op(0x49),
  load: load([0x28], 2), store: store([0x36], 2),
};

export const f64 = {
  load: load([0x2b], 3), store: store([0x39], 3),
};

export const v128 = {
  load: load([SIMD, 0], 4), store: store([SIMD, 11], 4),
  /** Bits of the first where the mask has ones, of the second elsewhere. */
  select: simd(82),
  and: simd(78), or: simd(80), xor: simd(81), anyTrue: simd(83),
};

export const i32x4 = {
  const: (...lanes: [number, number, number, number]): Code => [SIMD, 12, ...new Uint8Array(Int32Array.from(lanes).buffer)],
  splat: simd(17), shl: simd(171), shrU: simd(173), add: simd(174),
  /** Each lane rotated to the left by whole bytes. */
  rotateBytes: (value: Code, by: number): Code =>
    [...value, ...value, SIMD, 13, ...Array.from({ length: 16 }, (_, byte) => (byte & ~3) | ((byte - by) & 3))],
  /** The last two lanes in the place of the first two. */
  upperHalf: (value: Code): Code => [...value, ...value, SIMD, 13, ...[8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]],
};

export const i64x2 = {
  /** The same 64 bits twice. */
  splat: (bits: bigint): Code => [SIMD, 12, ...new Uint8Array(BigUint64Array.of(bits, bits).buffer)],
  shrU: simd(205),
  /** The lanes' highest bits, as an i32 of 0…3. */
  signs: simd(196),
};

export const f64x2 = {
  lane: (value: Code, lane: 0 | 1): Code => [...value, SIMD, 33, lane],
  abs: simd(236), neg: simd(237), sqrt: simd(239), add: simd(240), sub: simd(241), mul: simd(242), div: simd(243), gt: simd(74),
  /** The first two lanes of unsigned 32-bit integers as numbers. */
  fromUnsigned: simd(255),
};

/** Constants kept in memory, each twice side by side: read from there they cost less than built from an instruction's own bytes. */
export class Constants {
  readonly address: number;
  readonly #values: number[] = [];

  constructor(address: number) {
    this.address = address;
  }

  /** Both lanes one number. */
  f64x2(value: number): Code {
    const at = this.#values.indexOf(value);
    const index = at < 0 ? this.#values.push(value) - 1 : at;
    return v128.load(i32.const(0), this.address + 16 * index);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(Float64Array.from(this.#values.flatMap((value) => [value, value])).buffer);
  }
}

/** A variable of a function. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

/** Repeats code as long as the condition holds, which is asked after each round: there is always a first one. */
export const repeatWhile = (condition: Code, ...body: Code[]): Code => [0x03, 0x40, ...body.flat(), ...condition, 0x0d, 0, 0x0b];
export const when = (condition: Code, ...body: Code[]): Code => [...condition, 0x04, 0x40, ...body.flat(), 0x0b];

export interface FunctionOptions {
  /** All are i32. */
  params: number;
  body(param: (index: number) => Local, local: (type: ValueType) => Local): Code;
}

/** A module of functions that return nothing, with the constants that they ask for and one memory, named "memory", of so many 64 KiB pages. */
export function assemble(pages: number, constants: Constants, functions: Readonly<Record<string, FunctionOptions>>): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(functions);
  const types = entries.map(([, { params }]) => [0x60, ...vector(Array.from({ length: params }, () => [valueTypes.i32])), 0]);
  const exports = entries.map(([name], index) => [...text(name), 0, index]);
  const bodies = entries.map(([, options]) => functionCode(options));
  return Uint8Array.from([
    ...text("\0asm").slice(1), 1, 0, 0, 0,
    ...section(1, types),
    ...section(3, entries.map((_, index) => [index])),
    ...section(5, [[0, pages]]),
    ...section(7, [...exports, [...text("memory"), 2, 0]]),
    ...section(10, bodies),
    ...section(11, [[0, ...i32.const(constants.address), 0x0b, ...vector([...constants.bytes].map((byte) => [byte]))]]),
  ]);
}

function functionCode({ params, body }: FunctionOptions): Code {
  const locals: number[] = [];
  const variable = (index: number): Local => ({ get: [0x20, ...unsigned(index)], set: (value) => [...value, 0x21, ...unsigned(index)] });
  const code = body(variable, (type) => variable(params + locals.push(valueTypes[type]) - 1));
  const whole = [...vector(locals.map((type) => [1, type])), ...code, 0x0b];
  return [...unsigned(whole.length), ...whole];
}

function section(id: number, items: readonly Code[]): Code {
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const text = (value: string): Code => [...unsigned(value.length), ...Array.from(value, (letter) => letter.charCodeAt(0))];

/** LEB128: seven bits a byte, the lowest first. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}
