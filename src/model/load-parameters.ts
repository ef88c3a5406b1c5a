import { type Tensor, tensorOps } from "../tensor/index.ts";
import { type TensorModel } from "./model.ts";

/** A named array as files hold it, or a tensor, which stays the caller's. */
export type NamedValue = Tensor | { readonly shape: readonly number[]; readonly data: Float32Array };

export interface LoadOptions {
  /**
   * What each given name is called here; names that it leaves out stay as they are. As a function, it gives every name, and undefined for
   * values to leave out.
   */
  renames?: Readonly<Record<string, string>> | ((name: string) => string | undefined);
}

/**
 * Sets all parameters of a model to the given values, or, where it throws, none of them.
 *
 * @throws TypeError that lists names missing, names that are none of the model's, shapes and types that differ
 */
export function loadParameters(
  { parameters }: Pick<TensorModel, "parameters">,
  values: Iterable<readonly [name: string, value: NamedValue]>,
  { renames = {} }: LoadOptions = {},
): void {
  const rename = typeof renames === "function" ? renames : (name: string) => (Object.hasOwn(renames, name) ? renames[name] : name);
  const given = new Map<string, NamedValue>();
  const twice: string[] = [];
  for (const [name, value] of values) {
    const ours = rename(name);
    if (ours === undefined) continue;
    if (given.has(ours)) twice.push(ours);
    given.set(ours, value);
  }
  const missing = [...parameters.keys()].filter((name) => !given.has(name));
  const unexpected = [...given.keys()].filter((name) => !parameters.has(name));
  const misshapen = [...given].flatMap(([name, { shape }]) => {
    const wanted = parameters.get(name)?.shape;
    return wanted && wanted.join() !== shape.join() ? [`${name} is [${shape.join(", ")}], not [${wanted.join(", ")}]`] : [];
  });
  const mistyped = [...given].flatMap(([name, value]) => ("dataId" in value && value.dtype !== "float32" ? [`${name} is ${value.dtype}, not float32`] : []));
  const faults = [
    list("missing", missing),
    list("unexpected", unexpected),
    list("of another shape", misshapen),
    list("of another type", mistyped),
    list("given twice", twice),
  ].filter(Boolean);
  if (faults.length > 0) {
    throw new TypeError(`these values do not fit the model: ${faults.join("; ")} (is the config theirs? { renames } maps names to the model's)`);
  }
  const tf = tensorOps();
  for (const [name, variable] of parameters) {
    const value = given.get(name)!;
    tf.tidy(() => variable.assign("dataId" in value ? value : tf.tensor(value.data, [...value.shape], "float32")));
  }
}

function list(what: string, names: readonly string[]): string {
  const shown = names.slice(0, 8).join(", ") + (names.length > 8 ? `, and ${names.length - 8} more` : "");
  return names.length === 0 ? "" : `${names.length} ${what} (${shown})`;
}
