import type { Runtime } from "node:inspector";
import { javaScript } from "./code.ts";
import { type Arguments, DebugError, type Variable } from "./dap.ts";
import type { Inspector } from "./inspector.ts";
import { lengthOf, variableOf } from "./values.ts";

type Properties = Runtime.GetPropertiesReturnType & { privateProperties?: { name: string; value?: Runtime.RemoteObject }[] };

/** A scope as V8 has it, and where to set its variables. */
export interface ScopePart {
  readonly objectId: string;
  readonly callFrameId: string;
  readonly scopeNumber: number;
}

/** What a variablesReference stands for. */
type Handle =
  | { readonly kind: "scope"; readonly parts: readonly ScopePart[]; readonly extra: readonly [string, Runtime.RemoteObject][] }
  | { readonly kind: "globals" }
  | { readonly kind: "object"; readonly value: Runtime.RemoteObject }
  | { readonly kind: "range"; readonly value: Runtime.RemoteObject; readonly start: number; readonly count: number }
  | { readonly kind: "getter"; readonly objectId: string; readonly name: string };

/** Longer lists come in chunks, unless the client asks for pages itself. */
const chunk = 1000;
export const objectGroup = "noisebook-debugger";

const slice = `function (start, count) {
  const part = { __proto__: null };
  for (let n = start; n < Math.min(start + count, this.length); n++) {
    const property = Object.getOwnPropertyDescriptor(this, n);
    if (property) Object.defineProperty(part, n, property);
  }
  return part;
}`;
const mapEntries = `function () {
  const entries = { __proto__: null };
  let n = 0;
  for (const [key, value] of Map.prototype.entries.call(this)) {
    const simple = key === null || (typeof key !== "object" && typeof key !== "function");
    const name = simple ? (typeof key === "string" ? JSON.stringify(key) : String(key)) : "#" + n;
    entries[name] = simple ? value : { key, value };
    if (++n >= ${chunk}) break;
  }
  return entries;
}`;
const setEntries = `function () {
  const entries = { __proto__: null };
  let n = 0;
  for (const value of Set.prototype.values.call(this)) {
    entries[n] = value;
    if (++n >= ${chunk}) break;
  }
  return entries;
}`;

const own = /^__(?:vite_ssr_|noisebook)/;

/** The variables of scopes and the parts of values. References are good until the program goes on. */
export class Variables {
  readonly #inspector: Inspector;
  readonly #globals: () => readonly string[];
  readonly #handles = new Map<number, Handle>();
  #last = 0;
  /** JupyterLab shows a type instead of the value, unless it is one of Python's: it is told values only, which name their class. */
  typed = true;

  constructor(inspector: Inspector, globals: () => readonly string[]) {
    this.#inspector = inspector;
    this.#globals = globals;
  }

  /** All references become invalid. */
  reset(): void {
    this.#handles.clear();
  }

  refer(handle: Handle): number {
    this.#handles.set(++this.#last, handle);
    return this.#last;
  }

  variable(name: string, value: Runtime.RemoteObject): Variable {
    const { type, ...variable } = variableOf(name, value, (each) => this.refer({ kind: "object", value: each }));
    return this.typed ? { ...variable, type } : variable;
  }

  async children({ variablesReference, start, count, filter }: Arguments): Promise<Variable[]> {
    const handle = this.#handle(variablesReference);
    switch (handle.kind) {
      case "scope": {
        const seen = new Map<string, Variable>();
        for (const { objectId } of handle.parts) {
          // An inner name hides an outer one.
          for (const each of await this.#properties(objectId)) if (!seen.has(each.name) && !own.test(each.name)) seen.set(each.name, each);
        }
        return [...handle.extra.map(([name, value]) => this.variable(name, value)), ...seen.values()];
      }
      case "globals":
        return this.globals();
      case "range":
        return this.#slice(handle.value, handle.start, handle.count);
      case "getter": {
        const value = await this.#call(handle.objectId, "function (name) { return this[name]; }", [{ value: handle.name }]);
        return [this.variable(handle.name, value)];
      }
      case "object":
        return this.#parts(handle.value, typeof start === "number" ? start : 0, typeof count === "number" ? count : 0, filter);
    }
  }

  /** What cells have declared, as far as it has a value. */
  async globals(): Promise<Variable[]> {
    const names = this.#globals();
    const takes = names.map((name) => `try { __noisebookNames[${JSON.stringify(name)}] = ${name}; } catch {}`).join("\n");
    const { result, exceptionDetails } = await this.#inspector.post<Runtime.EvaluateReturnType>("Runtime.evaluate", {
      expression: `((__noisebookNames) => {\n${takes}\nreturn __noisebookNames; })({ __proto__: null })`,
      objectGroup,
      silent: true,
    });
    if (exceptionDetails || result.objectId === undefined) throw new DebugError("the variables of the cells cannot be read");
    return this.#properties(result.objectId);
  }

  async set({ variablesReference, name, value }: Arguments, evaluate: (code: string) => Promise<Runtime.RemoteObject>): Promise<Variable> {
    const handle = this.#handle(variablesReference);
    const variableName = String(name);
    const code = javaScript(String(value)).trim().replace(/;$/, "");
    if (handle.kind === "globals") return this.variable(variableName, await evaluate(`${variableName} = ${code}`));
    const result = await evaluate(code);
    const newValue = result.objectId === undefined ? { value: result.value as unknown, unserializableValue: result.unserializableValue } : { objectId: result.objectId };
    if (handle.kind === "scope") {
      for (const { objectId, callFrameId, scopeNumber } of handle.parts) {
        const names = (await this.#properties(objectId)).map((each) => each.name);
        if (!names.includes(variableName)) continue;
        await this.#inspector.post("Debugger.setVariableValue", { scopeNumber, variableName, newValue, callFrameId });
        return this.variable(variableName, result);
      }
      throw new DebugError(`no variable "${variableName}" in this scope`);
    }
    const objectId = handle.kind === "getter" ? handle.objectId : (handle.value.objectId as string);
    await this.#call(objectId, "function (name, value) { this[name] = value; }", [{ value: variableName }, newValue]);
    return this.variable(variableName, result);
  }

  async #parts(value: Runtime.RemoteObject, start: number, count: number, filter: unknown): Promise<Variable[]> {
    const { objectId, subtype } = value;
    if (objectId === undefined) return [];
    const length = lengthOf(value);
    if (length !== undefined) {
      if (filter === "named") return [];
      if (count > 0 || filter === "indexed") return this.#slice(value, start, count > 0 ? count : length);
      if (length > chunk) return this.#chunks(value, length);
      return this.#slice(value, 0, length);
    }
    if (subtype === "map" || subtype === "set") {
      const entries = await this.#call(objectId, subtype === "map" ? mapEntries : setEntries, []);
      return [...(await this.#properties(entries.objectId as string)), ...(await this.#properties(objectId))];
    }
    return this.#properties(objectId);
  }

  #chunks(value: Runtime.RemoteObject, length: number): Variable[] {
    const chunks: Variable[] = [];
    for (let start = 0; start < length; start += chunk) {
      const count = Math.min(chunk, length - start);
      const variablesReference = this.refer({ kind: "range", value, start, count });
      chunks.push({ name: `[${start} … ${start + count - 1}]`, value: "", variablesReference, indexedVariables: count });
    }
    return chunks;
  }

  async #slice({ objectId }: Runtime.RemoteObject, start: number, count: number): Promise<Variable[]> {
    const part = await this.#call(objectId as string, slice, [{ value: start }, { value: count }]);
    return this.#properties(part.objectId as string);
  }

  /** Own properties; getters are named, not called. */
  async #properties(objectId: string): Promise<Variable[]> {
    const reply = await this.#inspector.post<Properties>("Runtime.getProperties", { objectId, ownProperties: true, generatePreview: true });
    const variables = reply.result.map(({ name, value, get, symbol }): Variable => {
      if (value) return this.variable(name, value);
      const readable = get && get.type !== "undefined" && !symbol;
      const variablesReference = readable ? this.refer({ kind: "getter", objectId, name }) : 0;
      return { name, value: readable ? "(getter)" : "(not available)", variablesReference, ...(readable ? { presentationHint: { lazy: true } } : {}) };
    });
    for (const { name, value } of reply.privateProperties ?? []) if (value) variables.push(this.variable(name, value));
    for (const { name, value } of reply.internalProperties ?? []) {
      if (value && /^\[\[(?:PromiseState|PromiseResult|Target|PrimitiveValue|BoundThis)\]\]$/.test(name)) variables.push(this.variable(name, value));
    }
    return variables;
  }

  async #call(objectId: string, functionDeclaration: string, args: readonly object[]): Promise<Runtime.RemoteObject> {
    const { result, exceptionDetails } = await this.#inspector.post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration,
      arguments: args,
      objectGroup,
      silent: true,
      generatePreview: true,
    });
    if (exceptionDetails) throw new DebugError(exceptionDetails.exception?.description?.split("\n")[0] ?? exceptionDetails.text);
    return result;
  }

  #handle(reference: unknown): Handle {
    const handle = this.#handles.get(Number(reference));
    if (!handle) throw new DebugError(`variablesReference ${String(reference)} is none, or from before the program went on`);
    return handle;
  }
}
