import type { TFEOpAttr, TensorMetadata } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js";
import type { GraphOutput, Pointer } from "../tensorflow/c-api.ts";
import { dataType } from "../tensorflow/data-types.ts";
import type { Variable } from "../ops.ts";
import { type Constant, constantKey } from "./constants.ts";
import { Graph, type Value } from "./graph.ts";
import type { Host } from "./host.ts";
import type { Source } from "./sources.ts";
import { Tracing } from "./tracing.ts";

/** An operation as the step asked for it. */
export interface Operation {
  readonly name: string;
  readonly attributes: string;
  readonly inputs: readonly Source[];
  readonly results: readonly Value[];
}

/** What a graph's input stands for. Inputs come first, then tensors from outside, then variables. */
export type Feed =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "captured"; readonly handle: Pointer };

const feedOrder: Readonly<Record<Feed["kind"], number>> = { input: 0, captured: 1, variable: 2 };

/** Makes a graph of what a step does instead of doing it: nothing is computed, and shapes are those that TensorFlow infers. */
export class Trace extends Tracing {
  readonly operations: Operation[] = [];
  /** In the order in which they were made, whether anything uses them or not. */
  readonly made: Constant[] = [];
  readonly graph: Graph;
  readonly #host: Host;
  readonly #inputs: readonly Omit<Value, "output">[];
  readonly #placed = new Map<Variable | string, { value: GraphOutput; feed: Feed }>();
  readonly #constants = new Map<Constant | string, GraphOutput>();

  #handedOver = false;

  constructor(host: Host, inputs: readonly Omit<Value, "output">[]) {
    super();
    this.#host = host;
    this.#inputs = inputs;
    this.graph = new Graph(host.binding);
  }

  get constants(): number {
    return this.#constants.size;
  }

  protected override noted(constant: Constant): Constant {
    this.made.push(constant);
    return constant;
  }

  execute(name: string, attributes: readonly TFEOpAttr[], inputs: readonly number[], outputs: number): TensorMetadata[] {
    const { handles, ops } = this.#host.binding;
    const sources = inputs.map((id) => this.sourceOf(id));
    const results = this.graph.operation(ops.definitions.get(name), attributes, sources.map((source) => this.output(source)), outputs);
    this.operations.push({ name, attributes: JSON.stringify(attributes), inputs: sources, results });
    return results.map(({ shape, type }, index) => {
      const id = handles.symbol();
      this.know(id, { kind: "result", operation: this.operations.length - 1, index });
      return { id, shape, dtype: type };
    });
  }

  /** The graph's output for a value of the step. */
  output(source: Source): GraphOutput {
    switch (source.kind) {
      case "result": return this.operations[source.operation]!.results[source.index]!.output;
      case "constant": return this.#constant(source.constant);
      case "input": return this.#place(`input ${source.index}`, () => ({ ...this.#inputs[source.index]!, feed: source }));
      case "variable":
        return this.#place(source.variable, () => {
          const { shape, dtype } = this.#host.elements(source.variable);
          return { shape, type: dtype, feed: source };
        });
      case "captured":
        return this.#place(`captured ${source.id}`, () => {
          const { native, handles, tensors } = this.#host.binding;
          const handle = native.c.TFE_TensorHandleCopySharingTensor(handles.get(source.id), native.status.pointer);
          native.status.check("a tensor from outside of a compiled step");
          return { shape: tensors.shapeOf(handle), type: native.c.TFE_TensorHandleDataType(handle), feed: { kind: "captured", handle } };
        });
    }
  }

  #place(key: Variable | string, make: () => { shape: number[]; type: number; feed: Feed }): GraphOutput {
    const known = this.#placed.get(key);
    if (known) return known.value;
    const { shape, type, feed } = make();
    const { output } = this.graph.placeholder(shape, type);
    this.#placed.set(key, { value: output, feed });
    return output;
  }

  #constant(constant: Constant): GraphOutput {
    const key = constantKey(constant) ?? constant;
    let output = this.#constants.get(key);
    if (output) return output;
    const { shape, type, data, uniform } = constant;
    output = uniform ? this.#filled(constant) : this.graph.constant([...shape], type, data).output;
    this.#constants.set(key, output);
    return output;
  }

  /** Not baked in element by element: gradients would make a graph of hundreds of megabytes. */
  #filled({ shape, type, data }: Constant): GraphOutput {
    const lengths = this.graph.constant([shape.length], dataType.int32, Int32Array.from(shape));
    const element = this.graph.constant([], type, data);
    return this.#operation("Fill", [lengths.output, element.output]);
  }

  #operation(name: string, inputs: readonly GraphOutput[]): GraphOutput {
    return this.graph.operation(this.#host.binding.ops.definitions.get(name), [], inputs, 1)[0]!.output;
  }

  /** Makes the graph the function `name`; what that takes. The handles among it are the caller's from now on. */
  toFunction(name: string, sources: readonly Source[]): Feed[] {
    const outputs = sources.map((source) => {
      const output = this.output(source);
      // No input may be an output as it is.
      return source.kind === "result" ? output : this.#operation("Identity", [output]);
    });
    const placed = [...this.#placed.values()].sort((a, b) => feedOrder[a.feed.kind] - feedOrder[b.feed.kind]);
    this.graph.toFunction(name, placed.map(({ value }) => value), outputs);
    this.#handedOver = true;
    return placed.map(({ feed }) => feed);
  }

  /** Deletes the graph, and the handles that nobody took over. */
  dispose(): void {
    this.graph.dispose();
    if (this.#handedOver) return;
    const { c } = this.#host.binding.native;
    for (const { feed } of this.#placed.values()) if (feed.kind === "captured") c.TFE_DeleteTensorHandle(feed.handle);
  }
}
