/** Representations of one value, by MIME type: what a Jupyter front end chooses from. */
export type MimeBundle = { readonly [mime: string]: unknown };

/** The method by which a value tells any kernel that knows the convention how it looks. */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;

/** What tells a kernel by itself how it looks. */
export interface Displayable {
  [displaySymbol](): MimeBundle | Promise<MimeBundle>;
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
