import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { parse, View } = require("vega5") as Pick<typeof import("vega"), "parse" | "View">;
const { compile } = vegaLiteOn("vega5");

/** Draws a specification with the versions that JupyterLab 4.6 bundles; resolves to their warnings and errors. */
export async function complaintsOfLab(spec: object): Promise<string[]> {
  const complaints: string[] = [];
  const keep = (...words: unknown[]) => {
    complaints.push(words.map(String).join(" "));
    return logger;
  };
  const ignore = () => logger;
  const logger = { level: ignore, error: keep, warn: keep, info: ignore, debug: ignore } as never;
  try {
    const compiled = compile(structuredClone(spec) as never, { logger }).spec;
    const view = new View(parse(compiled as never), { renderer: "none", logger });
    await view.toSVG();
    view.finalize();
  } catch (error) {
    complaints.push(String(error));
  }
  return complaints;
}

/** Vega-Lite 5.6 over the Vega it was made for: the package asks for plain "vega", which here is the version of our own PNGs. */
function vegaLiteOn(vega: string): Pick<typeof import("vega-lite"), "compile"> {
  const module = { exports: {} };
  const code = readFileSync(require.resolve("vega-lite5"), "utf8");
  new Function("module", "exports", "require", code)(module, module.exports, () => require(vega));
  return module.exports as ReturnType<typeof vegaLiteOn>;
}

/** The MIME bundle that any kernel would ask a value for. */
export async function show(value: object): Promise<Record<string, string>> {
  const method = (value as Record<symbol, unknown>)[Symbol.for("Jupyter.display")];
  if (typeof method !== "function") throw new TypeError("the value has no Jupyter.display method");
  return (await method.call(value)) as Record<string, string>;
}
