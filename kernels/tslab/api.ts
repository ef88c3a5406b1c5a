import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import type { Display } from "tslab";

// What `import … from "tslab"` gives in a cell of our own engine: tslab 1.0.22's published API, shown by our display channel.
// tslab's own module would load its TypeScript with it: 150 ms and 40 MB for the three names below.

interface Scope {
  show(bundle: { data: Record<string, unknown>; metadata: Record<string, unknown> }, displayId: string | undefined, update: boolean): void;
}

const { show } = (globalThis as unknown as { __noisebook: Scope }).__noisebook;
const versionOf = (name: string): string => (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;

/** The version strings of tslab and its dependencies; `typescript` is the one that checks the cells. */
export const versions: typeof import("tslab").versions = { tslab: versionOf("tslab"), typescript: versionOf("typescript"), node: process.version };

/** Returns a new `Display` instance which displays and overwrites a single display-entry. */
export function newDisplay(): Display {
  return displayWith(randomBytes(8).toString("hex"));
}

/** Utility functions to display rich contents in tslab. */
export const display: Display = displayWith(undefined);

function displayWith(id: string | undefined): Display {
  let shown = false;
  const raw = (contentType: string, content: string | Uint8Array): void => {
    const data = typeof content === "string" ? content : Buffer.from(content).toString("base64");
    show({ data: { [contentType]: data }, metadata: {} }, id, shown && id !== undefined);
    shown = true;
  };
  return {
    javascript: (text) => raw("text/javascript", text),
    html: (text) => raw("text/html", text),
    markdown: (text) => raw("text/markdown", text),
    latex: (text) => raw("text/latex", text),
    svg: (text) => raw("image/svg+xml", text),
    png: (bytes) => raw("image/png", bytes),
    jpeg: (bytes) => raw("image/jpeg", bytes),
    gif: (bytes) => raw("image/gif", bytes),
    pdf: (bytes) => raw("application/pdf", bytes),
    text: (text) => raw("text/plain", text),
    raw,
  };
}

// Nothing published is missing here.
void ({ versions, newDisplay, display } satisfies typeof import("tslab"));
