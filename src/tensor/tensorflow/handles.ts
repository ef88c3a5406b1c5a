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

  /** @throws ReferenceError for a tensor that was disposed, or never was */
  get(id: number): Pointer {
    const handle = this.#handles.get(id);
    if (handle === undefined) throw new ReferenceError(`there is no tensor ${id}: it was disposed, or is another backend's`);
    return handle;
  }

  /** Puts another handle behind a number and deletes the old one. Only for a tensor that nobody else shares. */
  swap(id: number, handle: Pointer): void {
    const old = this.get(id);
    this.#handles.set(id, handle);
    this.#native.c.TFE_DeleteTensorHandle(old);
  }

  delete(id: number): void {
    const handle = this.get(id);
    this.#handles.delete(id);
    this.#native.c.TFE_DeleteTensorHandle(handle);
  }
}
