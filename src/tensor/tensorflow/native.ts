import type { LibraryHandle } from "koffi";
import { type EagerApi, type Memory, type Pointer, bind, bindMemory, eagerFunctions, memoryAt } from "./c-api.ts";
import { openLibrary } from "./open.ts";
import { Status } from "./status.ts";

const maxOutputs = 4096;
const maxDimensions = 255;

/** The opened library: its functions, and the little memory of ours that they read and write. */
export class Native {
  readonly file: string;
  readonly library: LibraryHandle;
  readonly c: EagerApi;
  readonly memory: Memory;
  /** Of calls on the main thread; another thread brings one of its own. */
  readonly status: Status;
  readonly outputs: Pointer;
  readonly outputCount: Pointer;
  readonly dimensions: Pointer;
  readonly #outputWords: Uint32Array;
  readonly #outputCount: Int32Array;
  readonly #dimensions: BigInt64Array;
  readonly #interned = new Map<string, Pointer>();

  /** @throws Error where the library does not open, or lacks a function */
  constructor(file: string) {
    const { tensorflow, process } = openLibrary(file);
    this.file = file;
    this.library = tensorflow;
    this.c = bind(tensorflow, eagerFunctions);
    this.memory = bindMemory(process);
    this.status = new Status(this.c);
    const bytes = 8 * (maxOutputs + 1 + maxDimensions);
    this.outputs = this.memory.malloc(bytes);
    this.outputCount = this.outputs + 8 * maxOutputs;
    this.dimensions = this.outputCount + 8;
    const scratch = memoryAt(this.outputs, bytes);
    this.#outputWords = new Uint32Array(scratch, 0, 2 * maxOutputs);
    this.#outputCount = new Int32Array(scratch, 8 * maxOutputs, 1);
    this.#dimensions = new BigInt64Array(scratch, 8 * maxOutputs + 8, maxDimensions);
  }

  /** The address of a C string that lives as long as the process: names of operations and attributes. */
  intern(text: string): Pointer {
    let address = this.#interned.get(text);
    if (address === undefined) this.#interned.set(text, (address = this.memory.strdup(text)));
    return address;
  }

  /** Writes a shape where `dimensions` points to. */
  setDimensions(shape: readonly number[]): void {
    if (shape.length > maxDimensions) throw new TypeError(`${shape.length} dimensions: a shape has at most ${maxDimensions}`);
    for (let i = 0; i < shape.length; i++) this.#dimensions[i] = BigInt(shape[i]!);
  }

  /** Says how many outputs there is room for, before TFE_Execute; afterwards `takenOutputs` tells how many there are. */
  expectOutputs(count: number): void {
    if (count > maxOutputs) throw new RangeError(`${count} outputs of one operation: at most ${maxOutputs}`);
    this.#outputCount[0] = count;
  }

  get takenOutputs(): number {
    return this.#outputCount[0]!;
  }

  output(index: number): Pointer {
    return this.#outputWords[2 * index]! + this.#outputWords[2 * index + 1]! * 2 ** 32;
  }
}
