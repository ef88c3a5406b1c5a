import type { TFEOpAttr, TensorMetadata } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js";
import type { Tracer } from "../tensorflow/binding.ts";
import type { TensorData } from "../tensorflow/data-types.ts";
import { type Constant, constantOf } from "./constants.ts";
import type { Source } from "./sources.ts";

/** What the tracing of a step and its check have in common: they know where every value comes from. */
export abstract class Tracing implements Tracer {
  readonly #sources = new Map<number, Source>();

  abstract execute(name: string, attributes: readonly TFEOpAttr[], inputs: readonly number[], outputs: number): TensorMetadata[];

  constant(id: number, shape: readonly number[], type: number, data: TensorData | readonly number[]): void {
    this.know(id, { kind: "constant", constant: this.noted(constantOf(shape, type, data)) });
  }

  /** Lets the check look at a constant where it is made. */
  protected noted(constant: Constant): Constant {
    return constant;
  }

  read(id: number): void {
    const source = this.sourceOf(id);
    // A constant's elements are known.
    if (source.kind === "constant") return;
    throw new Error(
      `a compiled step reads ${sourceNames[source.kind]} while it is traced (data, dataSync, array, arraySync, print): there are no elements yet, ` +
        "and what was read would be frozen. Return the tensor and read it outside",
    );
  }

  know(id: number, source: Source): void {
    this.#sources.set(id, source);
  }

  sourceOf(id: number): Source {
    return this.#sources.get(id) ?? { kind: "captured", id };
  }
}

const sourceNames: Readonly<Record<Source["kind"], string>> = {
  input: "an input's elements",
  variable: "a variable's elements",
  constant: "a constant's elements",
  captured: "the elements of a tensor from outside",
  result: "a result's elements",
};
