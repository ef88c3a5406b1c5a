import type { EagerApi, Pointer } from "./c-api.ts";

const names: Readonly<Record<number, string>> = {
  1: "CANCELLED", 2: "UNKNOWN", 3: "INVALID_ARGUMENT", 4: "DEADLINE_EXCEEDED", 5: "NOT_FOUND", 6: "ALREADY_EXISTS", 7: "PERMISSION_DENIED",
  8: "RESOURCE_EXHAUSTED", 9: "FAILED_PRECONDITION", 10: "ABORTED", 11: "OUT_OF_RANGE", 12: "UNIMPLEMENTED", 13: "INTERNAL", 14: "UNAVAILABLE",
};

/** What TensorFlow refused, in its own words. */
export class TensorFlowError extends Error {
  override readonly name = "TensorFlowError";
  /** TensorFlow's name of the kind, such as INVALID_ARGUMENT. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** Where TensorFlow writes how a call went. One thread's calls share one; `dispose` frees those made for another thread. */
export class Status {
  readonly pointer: Pointer;
  readonly #c: EagerApi;

  constructor(c: EagerApi) {
    this.#c = c;
    this.pointer = c.TF_NewStatus();
  }

  /** @throws TensorFlowError where the last call failed; `what` names what was being done */
  check(what: string): void {
    const code = this.#c.TF_GetCode(this.pointer);
    if (code === 0) return;
    const message = plain(this.#c.TF_Message(this.pointer) ?? "");
    this.#c.TF_SetStatus(this.pointer, 0, "");
    throw new TensorFlowError(`${what}: ${message}`, names[code] ?? String(code));
  }

  dispose(): void {
    this.#c.TF_DeleteStatus(this.pointer);
  }
}

/** Without what TensorFlow adds for those who read its graphs: the stack of its own source files, functions' names, whole nodes. */
function plain(message: string): string {
  return message
    .replace(/ \[Op:\w*\](?: name: ?)?\s*$/, "")
    .replace(/\{\{function_node \S*?\}\}\s?/g, "")
    .replace(/ for '\{\{node \S*?\}\} = [^']*'/, "")
    .replace(/\s*\[\[\{\{node (\S*?)\}\}\]\]/g, " (in $1)")
    .trim();
}
