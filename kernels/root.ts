import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this repository, whether this code runs from kernels/ or bundled in dist/. */
export const packageRoot: string = (() => {
  for (let dir = path.dirname(fileURLToPath(import.meta.url)); ; dir = path.dirname(dir)) {
    if (existsSync(path.join(dir, "kernels", "root.ts"))) return dir;
    if (dir === path.dirname(dir)) throw new Error(`no noisebook repository above ${fileURLToPath(import.meta.url)}: keep dist/ inside it, or run npm start there`);
  }
})();
