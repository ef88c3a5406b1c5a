import { Session } from "node:inspector";
import type { Runtime } from "node:inspector";
import type { Awaited } from "./awaited.ts";

export type Outcome = { readonly kind: "value"; readonly value: unknown } | { readonly kind: "thrown"; readonly error: unknown } | { readonly kind: "terminated" };

/** Runs scripts with a REPL's rules, by V8's inspector: top-level await, redeclaration, closures that see the new binding. */
export class Evaluator {
  #session = new Session();
  readonly #receiver: string;
  readonly #awaited: Awaited;
  #taken: unknown;

  /** @param scope a global object that scripts can reach under `name`; it receives the values that results refer to */
  constructor(scope: { take?: (value: unknown) => void }, name: string, awaited: Awaited) {
    this.#awaited = awaited;
    this.#session.connect();
    scope.take = (value) => void (this.#taken = value);
    this.#receiver = name;
    process.on("exit", () => this.#session.disconnect());
  }

  /**
   * Gives up what has not ended. An interrupted script's promise never settles, and Node.js 22 dies when such a one is collected while the
   * inspector waits for it. Another interrupt may cut this short anywhere: a connected session is there at every point.
   */
  renew(): void {
    const fresh = new Session();
    fresh.connect();
    const old = this.#session;
    this.#session = fresh;
    old.disconnect();
    this.#awaited.clear();
  }

  /** @param command the cell's; silent means that exceptions do not stop it in the debugger */
  evaluate(expression: string, command?: { readonly debugged: boolean; readonly script: { readonly url: string } }): Promise<Outcome> {
    return new Promise((resolve) => {
      const session = this.#session;
      session.post("Runtime.evaluate", { expression, replMode: true, awaitPromise: true, silent: command?.debugged !== true }, (error, reply) => {
        if (session !== this.#session) return;
        if (command) this.#awaited.finished(command.script.url);
        if (error || !reply) return resolve({ kind: "terminated" });
        const { result, exceptionDetails } = reply as Runtime.EvaluateReturnType;
        if (!exceptionDetails) return resolve({ kind: "value", value: this.#valueOf(result) });
        if (!exceptionDetails.exception) return resolve({ kind: "terminated" });
        resolve({ kind: "thrown", error: this.#valueOf(exceptionDetails.exception) });
      });
    });
  }

  #valueOf(remote: Runtime.RemoteObject): unknown {
    if (remote.objectId !== undefined) {
      const { objectId } = remote;
      this.#session.post("Runtime.callFunctionOn", { functionDeclaration: `function () { "use strict"; globalThis.${this.#receiver}.take(this); }`, objectId });
      this.#session.post("Runtime.releaseObject", { objectId });
      const value = this.#taken;
      this.#taken = undefined;
      return value;
    }
    const { unserializableValue } = remote;
    if (unserializableValue !== undefined) return unserializableValue.endsWith("n") ? BigInt(unserializableValue.slice(0, -1)) : Number(unserializableValue);
    if (remote.type === "undefined") return undefined;
    return remote.subtype === "null" ? null : remote.value;
  }
}
