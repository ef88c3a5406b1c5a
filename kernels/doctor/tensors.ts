import { execFileSync } from "node:child_process";
import { type LibrarySearch, findLibrary, libraryName } from "../../src/tensor/tensorflow/library.ts";
import type { Finding } from "./finding.ts";
import type { TensorProbe } from "./probe.ts";

const fetchIt = "npx noisebook setup --tensorflow   (274 MB; about twenty times as fast in training)";

/** What tensors run on, why, what else is here, and how to get something faster. */
export function tensorFinding(probe: TensorProbe): Finding {
  const search = findLibrary();
  const found = search.found.map(({ file, origin }) => `${file} (${origin})`);
  const notices = probe.notices.map((line) => `TensorFlow says: ${line}`);
  if (!probe.works) {
    const wish = process.env.NOISEBOOK_BACKEND;
    const library = namedLibrary(search);
    const remedy =
      wish && wish !== "tensorflow" ? "unset NOISEBOOK_BACKEND, to take the fastest that works" : `${library ?? fetchIt}${wish ? "; or unset NOISEBOOK_BACKEND" : ""}`;
    return { what: "tensors", state: "missing", text: probe.reason, details: notices, remedy };
  }
  const { backend, loadSeconds, gigaflops } = probe;
  const speed = `starts in ${loadSeconds.toFixed(1)} s; ${gigaflops.toPrecision(2)} GFLOP/s in matrix products`;
  const used = backend.library ? [`${backend.library.file} (${backend.library.origin})`, `devices: ${backend.devices.map(short).join(", ")}`] : [];
  const others = found.filter((line) => !used.includes(line)).map((line) => `also found: ${line}`);
  const reasons = backend.passedOver.map(({ name, reason }) => `not ${name}: ${reason}`);
  const wish = process.env.NOISEBOOK_BACKEND ? ["chosen by NOISEBOOK_BACKEND"] : [];
  const missing = search.missing.filter((line) => !backend.passedOver.some(({ reason }) => reason === line));
  const details = [...used, ...wish, speed, ...reasons, ...missing, ...others, ...notices];
  const text = `${backend.title}, ${backend.speed}`;
  if (backend.name === "tensorflow") return { what: "tensors", state: "fine", text, details };
  const python = search.found.length === 0 ? libraryOfPython() : undefined;
  return { what: "tensors", state: "better", text, details, remedy: remedyFor(search, python) };
}

function remedyFor(search: LibrarySearch, python: string | undefined): string {
  if (process.env.NOISEBOOK_BACKEND) return "unset NOISEBOOK_BACKEND, to take the fastest that is here";
  const named = namedLibrary(search);
  if (named) return named;
  if (search.found.length > 0) return "npx noisebook setup --tensorflow   (fetches one that opens)";
  return python ? `export NOISEBOOK_TENSORFLOW=${python}   (your Python's TensorFlow), or ${fetchIt}` : fetchIt;
}

/** What to do about NOISEBOOK_TENSORFLOW, where it is set: whatever else is here, or is fetched, is not used while it names another. */
function namedLibrary({ found }: LibrarySearch): string | undefined {
  if (!process.env.NOISEBOOK_TENSORFLOW) return undefined;
  const other = found.find(({ origin }) => !origin.includes("NOISEBOOK_TENSORFLOW"));
  const without = other ? `to take the one ${other.origin}` : `and ${fetchIt}`;
  return `unset NOISEBOOK_TENSORFLOW, ${without}; or let it name a folder with TensorFlow 2.21's ${libraryName}`;
}

/** Where the Python on PATH keeps a TensorFlow. Asks Python itself, which sees through the wrappers of version managers. */
function libraryOfPython(): string | undefined {
  try {
    const program = "import importlib.util as u; s = u.find_spec('tensorflow'); print(s.submodule_search_locations[0] if s else '')";
    return execFileSync("python3", ["-c", program], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 20_000 }).trim() || undefined;
  } catch {
    return undefined;
  }
}

const short = (device: string): string => /device:(.+)$/.exec(device)?.[1] ?? device;
