import type { Variable } from "../ops.ts";
import { type Constant, sameConstant } from "./constants.ts";

/** Where a value of a traced step comes from. */
export type Source =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "constant"; readonly constant: Constant }
  /** A tensor from outside that is no input, by the binding's number. */
  | { readonly kind: "captured"; readonly id: number }
  | { readonly kind: "result"; readonly operation: number; readonly index: number };

/** Why a second run of the step got this value from elsewhere than the first; undefined where it did not. */
export function difference(first: Source, second: Source): string | undefined {
  if (first.kind === "constant" && second.kind === "constant") return sameConstant(first.constant, second.constant);
  if (first.kind === "captured" && second.kind === "captured" && first.id !== second.id) {
    return "a tensor from outside of the step, which is another one each time: pass it as an input";
  }
  const same =
    (first.kind === "input" && second.kind === "input" && first.index === second.index) ||
    (first.kind === "variable" && second.kind === "variable" && first.variable === second.variable) ||
    (first.kind === "captured" && second.kind === "captured") ||
    (first.kind === "result" && second.kind === "result" && first.operation === second.operation && first.index === second.index);
  return same ? undefined : `first ${describe(first)}, then ${describe(second)}`;
}

function describe(source: Source): string {
  switch (source.kind) {
    case "input": return `input tensor ${source.index}`;
    case "variable": return `variable "${source.variable.name}"`;
    case "constant": return "a constant";
    case "captured": return "a tensor from outside of the step";
    case "result": return `a result of operation ${source.operation}`;
  }
}
