// The names every cell sees beside those of JavaScript and Node.

/** What `display` returns: a shown output that can be shown anew. */
interface DisplayHandle {
  readonly id: string;
  /** Replaces the shown output, wherever it is shown. */
  update(value: unknown): Promise<void>;
}

/** Shows a value as an output of the running cell, now. */
declare function display(value: unknown, options?: { id?: string }): Promise<DisplayHandle>;

/** Clears the cell's outputs; with `wait`, when the next output arrives. */
declare function clearOutput(options?: { wait?: boolean }): void;
