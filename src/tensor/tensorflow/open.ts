import { closeSync, existsSync, openSync } from "node:fs";
import koffi, { type LibraryHandle } from "koffi";
import { Undo } from "../undo.ts";
import { requireWhole } from "./elf.ts";

const RTLD_LAZY = 1;
/** Never unload: the number differs between the C libraries. */
const RTLD_NODELETE = process.platform === "darwin" ? 0x80 : 0x1000;
/** TensorFlow's own optimisers recurse deeply; koffi's default stacks are too small for them. */
const stack = 16 * 2 ** 20;

export interface OpenLibrary {
  readonly tensorflow: LibraryHandle;
  /** What this process has linked already: the C library above all. */
  readonly process: LibraryHandle;
}

/**
 * Opens TensorFlow's C library. Its notices would be outputs of a cell, and what fails comes to us as a status: they are off, unless
 * TF_CPP_MIN_LOG_LEVEL asks for them (0 all, 1 warnings, 2 errors).
 *
 * @throws Error naming the file, with the loader's own words, where it is missing, damaged, or made for another machine
 */
export function openLibrary(file: string): OpenLibrary {
  try {
    koffi.config({ sync_stack_size: stack, async_stack_size: stack });
  } catch {
    // Somebody in this process has loaded a library through koffi before us: its stacks are what they are.
  }
  const level = Number((process.env.TF_CPP_MIN_LOG_LEVEL ??= "3"));
  const own = koffi.load(null);
  const dlopen = own.func("dlopen", "int64_t", ["str", "int"]);
  // Bound before dlopen is called: looking a symbol up clears the loader's last error.
  const dlerror = own.func("dlerror", "str", []);
  const open = (each: string): LibraryHandle => {
    requireWhole(each);
    // koffi closes its libraries when the process ends, and TensorFlow's threads do not survive that: pin it first.
    if (!dlopen(each, RTLD_LAZY | RTLD_NODELETE)) throw new Error(`cannot load TensorFlow: ${(dlerror() as string | null) ?? each}`);
    return koffi.load(each, { lazy: true });
  };
  // The half that logs comes first, so that the other is quiet from its start.
  const framework = file.replace(/libtensorflow_cc(?=[^/]*$)/, "libtensorflow_framework");
  if (framework !== file && existsSync(framework)) {
    setLogLevel(level === 0 ? open(framework) : silently(own, () => open(framework)), level);
  }
  return { tensorflow: open(file), process: own };
}

/** Half of the notices go through Abseil, which reads no environment variable. The name is that of 2.21; others stay talkative. */
function setLogLevel(library: LibraryHandle, level: number): void {
  try {
    library.func("_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE", "void", ["int"])(level);
  } catch {
    // Another version of Abseil.
  }
}

/** Runs `work` with the process's stderr turned away: one notice is written while the library opens, before its level can be set. */
function silently<T>(own: LibraryHandle, work: () => T): T {
  const dup = own.func("dup", "int", ["int"]);
  const dup2 = own.func("dup2", "int", ["int", "int"]);
  const nowhere = openSync("/dev/null", "w");
  let saved = -1;
  const restore = (): void => {
    if (saved < 0) return;
    dup2(saved, 2);
    const copy = saved;
    saved = -1;
    closeSync(copy);
    closeSync(nowhere);
  };
  const undo = new Undo();
  undo.add(restore);
  try {
    saved = dup(2) as number;
    dup2(nowhere, 2);
    return work();
  } finally {
    undo.run();
  }
}
