import type { Pointer } from "./c-api.ts";
import type { Native } from "./native.ts";

/** The tensors that tfjs knows, by the numbers it knows them by. Owns the handles. */
export class Handles {
  readonly #native: Native;
  readonly #handles = new Map<number, Pointer>();
  #next = 0;

  constructor(native: Native) {
    this.#native = native;
  }

  get count(): number {
    return this.#handles.size;
  }

  /** Takes a handle over; its number. */
  adopt(handle: Pointer): number {
    const id = this.#next++;
    this.#handles.set(id, handle);
    return id;
  }

  /** A number that stands for a value of a traced step, which has no elements. */
  symbol(): number {
    return this.adopt(0);
  }

  /** Gives a traced value its elements: takes a handle over. */
  fill(id: number, handle: Pointer): void {
    this.#handles.set(id, handle);
  }

  /** @throws ReferenceError for a tensor that was disposed, or never was, or that stands for a value of a traced step */
  get(id: number): Pointer {
    const handle = this.#handles.get(id);
    if (handle === undefined) throw new ReferenceError(`there is no tensor ${id}: it was disposed, or is another backend's`);
    if (handle === 0) {
      throw new ReferenceError("this tensor was made while a compiled step was traced, and has no elements: have the step return it");
    }
    return handle;
  }

  /** Puts another handle behind a number and deletes the old one; again, it does nothing. Only for a tensor that nobody else shares. */
  swap(id: number, handle: Pointer): void {
    const old = this.get(id);
    if (old === handle) return;
    this.#handles.set(id, handle);
    this.#native.c.TFE_DeleteTensorHandle(old);
  }

  delete(id: number): void {
    const handle = this.#handles.get(id) ?? this.get(id);
    this.#handles.delete(id);
    if (handle !== 0) this.#native.c.TFE_DeleteTensorHandle(handle);
  }
}
