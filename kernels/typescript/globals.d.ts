// The names every cell sees beside those of JavaScript and Node.

/** How what is shown should look, by MIME type: `{ "image/png": { width: 200 } }`. */
interface DisplayMetadata {
  readonly [mimeType: string]: Readonly<Record<string, unknown>> | undefined;
}

/** What a value's method `[Symbol.for("Jupyter.display")]()` returns: data by MIME type (bytes as a Uint8Array), also with metadata. */
type DisplayBundle = { readonly [mimeType: `${string}/${string}`]: unknown } | { readonly data: { readonly [mimeType: string]: unknown }; readonly metadata?: DisplayMetadata };

/** What `display` returns: a shown output that can be shown anew. */
interface DisplayHandle {
  readonly id: string;
  /** Replaces the shown output, wherever it is shown. */
  update(value: unknown, options?: { metadata?: DisplayMetadata }): Promise<void>;
}

/** Shows a value as an output of the running cell, now; with `update`, in place of what was shown under that `id`. */
declare function display(value: unknown, options?: { id?: string; update?: boolean; metadata?: DisplayMetadata }): Promise<DisplayHandle>;

/** Clears the cell's outputs; with `wait`, when the next output arrives. */
declare function clearOutput(options?: { wait?: boolean }): void;

/**
 * Asks the person at the notebook for a line of text and waits for it. With `default`, an empty answer means that;
 * with `password`, what is typed is not shown.
 *
 * @throws where nobody can answer, in a headless run say
 */
declare function prompt(message?: string, options?: string | { default?: string; password?: boolean }): string;

/** Asks a yes-or-no question and waits for the answer; anything but y or yes means no. */
declare function confirm(message?: string): boolean;

/** A signal that is aborted when the running cell is interrupted: hand it to what the cell started. */
declare function interruptSignal(): AbortSignal;

/** What arrives on a comm. */
interface CommEvent {
  readonly data: any;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

interface CommExtras {
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Binary data, sent as it is. */
  readonly buffers?: readonly (ArrayBuffer | ArrayBufferView)[];
}

/** An open channel between a cell's code and the front end. */
interface Comm {
  readonly id: string;
  readonly target: string;
  readonly closed: boolean;
  send(data: unknown, extras?: CommExtras): void;
  onMessage(handler: (event: CommEvent) => unknown): this;
  onClose(handler: (event: CommEvent) => unknown): this;
  close(data?: unknown, extras?: CommExtras): void;
}

/** Jupyter's comms: custom messages between cells and the front end. */
declare const comms: {
  /** Lets the front end open comms of this target. */
  register(target: string, handler: (comm: Comm, event: CommEvent) => unknown): void;
  unregister(target: string): void;
  /** Opens a comm of a target that the front end knows. */
  open(target: string, data?: unknown, extras?: CommExtras): Comm;
};
