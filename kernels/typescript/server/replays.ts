const remembered = 10_000;

/** The signatures of the messages that came in last: one that comes again is a recording. */
export class Replays {
  readonly #seen = new Set<string>();

  /** True the first time. An empty signature (a connection without a key) proves nothing. */
  isNew(signature: string): boolean {
    if (signature === "") return true;
    if (this.#seen.has(signature)) return false;
    this.#seen.add(signature);
    if (this.#seen.size > remembered) this.#seen.delete(this.#seen.values().next().value as string);
    return true;
  }
}
