import { startTslabEngine } from "../../tslab/engine.ts";
import { guardStreams, log } from "./log.ts";
import { type Engine, startNoisebookEngine } from "./engine.ts";

guardStreams();

// Started before the server loads its libraries: the session and the checker come up meanwhile.
const engines: Readonly<Record<string, () => Engine>> = { noisebook: startNoisebookEngine, tslab: startTslabEngine };
const [, , , option = "--engine", name = "noisebook"] = process.argv;
if (option !== "--engine" || !Object.hasOwn(engines, name)) {
  log(`unknown option "${option} ${name}": an engine is chosen by --engine ${Object.keys(engines).join(" or --engine ")}`);
  process.exit(2);
}
export const engine = engines[name]();
