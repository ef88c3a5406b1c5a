import type { Debugger, Runtime } from "node:inspector";
import { identifier, javaScript } from "./code.ts";
import { type Arguments, DebugError } from "./dap.ts";
import type { Execution } from "./execution.ts";
import type { Inspector } from "./inspector.ts";
import { textOf, typeOf } from "./values.ts";
import { objectGroup, type Variables } from "./variables.ts";

type Evaluated = Debugger.EvaluateOnCallFrameReturnType;

/** A value as its MIME bundle: what it displays itself as, unless that takes waiting, or Node's text for it. */
const bundleOf = `function () {
  const show = this?.[Symbol.for("Jupyter.display")];
  const bundle = typeof show === "function" ? show.call(this) : undefined;
  if (bundle && typeof bundle === "object" && typeof bundle.then !== "function") return JSON.stringify(bundle);
  return JSON.stringify({ "text/plain": process.getBuiltinModule("node:util").inspect(this) });
}`;

/** Runs what a person typed, in a frame of the stack or beside the program. */
export class Evaluations {
  readonly #inspector: Inspector;
  readonly #execution: Execution;
  readonly #variables: Variables;

  constructor(inspector: Inspector, execution: Execution, variables: Variables) {
    this.#inspector = inspector;
    this.#execution = execution;
    this.#variables = variables;
  }

  async evaluate({ expression, frameId, context }: Arguments): Promise<object> {
    const value = await this.value(javaScript(String(expression ?? "")), frameId);
    const { value: result, type, variablesReference, indexedVariables } = this.#variables.variable("", value);
    const whole = context === "clipboard" && value.type === "string" ? String(value.value) : result;
    return { result: whole, type, variablesReference, ...(indexedVariables === undefined ? {} : { indexedVariables }) };
  }

  /** @throws DebugError with what the code threw */
  async value(code: string, frameId: unknown): Promise<Runtime.RemoteObject> {
    const common = { expression: code, objectGroup, silent: true, generatePreview: true };
    const { stopped } = this.#execution;
    const { result, exceptionDetails } =
      typeof frameId === "number" && stopped
        ? await this.#inspector.post<Evaluated>("Debugger.evaluateOnCallFrame", { ...common, callFrameId: this.#execution.stack.frame(frameId).callFrameId })
        : await this.#inspector.post<Evaluated>("Runtime.evaluate", { ...common, replMode: true, awaitPromise: !stopped });
    if (!exceptionDetails) return result;
    const { exception, text } = exceptionDetails;
    throw new DebugError(exception ? textOf(exception) : text);
  }

  async rich({ variableName, frameId }: Arguments): Promise<object> {
    const name = String(variableName);
    if (!identifier.test(name)) return { data: {}, metadata: {} };
    const value = await this.value(name, frameId);
    if (value.objectId === undefined) return { data: { "text/plain": textOf(value) }, metadata: {} };
    const { result, exceptionDetails } = await this.#inspector.post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
      objectId: value.objectId,
      functionDeclaration: bundleOf,
      silent: true,
      returnByValue: true,
    });
    if (exceptionDetails || typeof result.value !== "string") return { data: { "text/plain": textOf(value) }, metadata: {} };
    return { data: JSON.parse(result.value) as object, metadata: {} };
  }

  /** @returns the name that the value has now for all cells */
  async copyToGlobals({ srcVariableName, dstVariableName, srcFrameId }: Arguments): Promise<string> {
    const [source, target] = [String(srcVariableName), String(dstVariableName)];
    for (const name of [source, target]) if (!identifier.test(name)) throw new DebugError(`"${name}" is not the name of a variable`);
    if (typeof srcFrameId !== "number") throw new DebugError("copyToGlobals needs srcFrameId, a frame of the stack");
    const value = await this.value(source, srcFrameId);
    const argument = value.objectId === undefined ? { value: value.value as unknown, unserializableValue: value.unserializableValue } : { objectId: value.objectId };
    const { result: global } = await this.#inspector.post<Evaluated>("Runtime.evaluate", { expression: "globalThis", objectGroup, silent: true });
    const { exceptionDetails } = await this.#inspector.post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
      objectId: global.objectId,
      // A variable of a cell hides the global object's property of its name.
      functionDeclaration: `function (value) { try { ${target} = value; } catch { this[${JSON.stringify(target)}] = value; } }`,
      arguments: [argument],
      silent: true,
    });
    if (exceptionDetails) throw new DebugError(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return target;
  }
}

export function exceptionInfo(exception: Runtime.RemoteObject): object {
  return {
    exceptionId: typeOf(exception),
    description: exception.description ?? textOf(exception),
    breakMode: "always",
    details: { message: textOf(exception), typeName: typeOf(exception), stackTrace: exception.description },
  };
}
