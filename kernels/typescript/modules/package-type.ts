import { readFileSync } from "node:fs";
import path from "node:path";
import { isFile } from "./files.ts";

/** What a `.js` file in this folder is to Node.js, by the nearest package.json. */
export function packageType(folder: string): "module" | "commonjs" {
  const file = path.join(folder, "package.json");
  if (!isFile(file)) {
    const parent = path.dirname(folder);
    return parent === folder ? "commonjs" : packageType(parent);
  }
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { type?: string }).type === "module" ? "module" : "commonjs";
  } catch {
    return "commonjs";
  }
}
