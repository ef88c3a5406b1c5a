import type { Attribute } from "../tensorflow/attributes.ts";
import type { TensorFlowBinding } from "../tensorflow/binding.ts";
import type { GraphOutput, Pointer } from "../tensorflow/c-api.ts";
import type { TensorData } from "../tensorflow/data-types.ts";
import type { OpDefinition } from "../tensorflow/op-definitions.ts";
import { type GraphApi, graphApi } from "./graph-api.ts";
import { setGraphAttribute } from "./graph-attributes.ts";

/** One value of a graph, of a shape that is known before it runs. */
export interface Value {
  readonly output: GraphOutput;
  readonly shape: number[];
  readonly type: number;
}

/** A TensorFlow graph that grows operation by operation, and becomes a function. */
export class Graph {
  readonly #binding: TensorFlowBinding;
  readonly #api: GraphApi;
  readonly #pointer: Pointer;
  #operations = 0;

  constructor(binding: TensorFlowBinding) {
    this.#binding = binding;
    this.#api = graphApi(binding.native);
    this.#pointer = this.#api.TF_NewGraph();
  }

  /** An input, for the caller to name when the graph becomes a function. */
  placeholder(shape: number[], type: number): Value {
    const description = this.#begin("Placeholder");
    this.#setType(description, "dtype", type);
    setGraphAttribute(this.#binding.native, description, "shape", { name: "shape", type: 0, value: shape } as unknown as Attribute);
    return { output: { oper: this.#finish(description, "Placeholder"), index: 0 }, shape, type };
  }

  /** @throws TypeError where the data do not fill the shape */
  constant(shape: number[], type: number, data: TensorData | readonly number[]): Value {
    const { native, tensors } = this.#binding;
    const tensor = tensors.allocate(shape, type, data);
    const description = this.#begin("Const");
    this.#setType(description, "dtype", type);
    this.#api.TF_SetAttrTensor(description, native.intern("value"), tensor, native.status.pointer);
    native.c.TF_DeleteTensor(tensor);
    return { output: { oper: this.#finish(description, "Const"), index: 0 }, shape, type };
  }

  /**
   * @throws TypeError for a wrong number of inputs, TensorFlowError for what TensorFlow refuses, Error where an output's shape depends on
   * values, which it cannot in tfjs
   */
  operation(definition: OpDefinition, attributes: readonly Attribute[], inputs: readonly GraphOutput[], outputs: number): Value[] {
    const { name, arity } = definition;
    // Too many would crash the process.
    if (arity !== undefined && arity !== inputs.length) throw new TypeError(`${name} takes ${arity} tensors, not ${inputs.length}`);
    const description = this.#begin(name);
    const inferred = this.#addInputs(definition, attributes, inputs, description);
    for (const attribute of attributes) {
      const kind = definition.attributes.get(attribute.name);
      if (kind !== undefined && !inferred.has(attribute.name)) setGraphAttribute(this.#binding.native, description, kind, attribute);
    }
    const oper = this.#finish(description, name);
    return Array.from({ length: outputs }, (_, index) => this.#value({ oper, index }, name));
  }

  /** Adds the inputs, lists of them as lists; the attributes that TensorFlow infers from those. */
  #addInputs(
    { name, inputs: parameters }: OpDefinition,
    attributes: readonly Attribute[],
    inputs: readonly GraphOutput[],
    description: Pointer,
  ): Set<string> {
    const inferred = new Set<string>();
    const isList = (parameter: OpDefinition["inputs"][number]): boolean => Boolean(parameter.numberAttribute || parameter.typeListAttribute);
    const lists = parameters.filter(isList).length;
    let next = 0;
    for (const parameter of parameters) {
      if (!isList(parameter)) {
        this.#api.TF_AddInput(description, inputs[next++]!);
        continue;
      }
      const told = attributes.find((attribute) => attribute.name === parameter.numberAttribute)?.value as number | undefined;
      const length = lists === 1 ? inputs.length - (parameters.length - 1) : told;
      if (length === undefined || next + length > inputs.length) throw new TypeError(`${name}: the list "${parameter.name}" has no known length`);
      this.#api.TF_AddInputList(description, packed(inputs.slice(next, next + length)), length);
      next += length;
      inferred.add(parameter.numberAttribute || parameter.typeListAttribute);
    }
    return inferred;
  }

  /**
   * Adds the function `name` to the context: from what stands for `inputs`, `outputs` are computed.
   *
   * @throws TensorFlowError
   */
  toFunction(name: string, inputs: readonly GraphOutput[], outputs: readonly GraphOutput[]): void {
    const { native, context } = this.#binding;
    const status = native.status.pointer;
    const [given, returned] = [packed(inputs), packed(outputs)];
    const fn = this.#api.TF_GraphToFunction(this.#pointer, name, 0, -1, 0, inputs.length, given, outputs.length, returned, 0, 0, null, status);
    native.status.check("making a compiled step");
    this.#api.TFE_ContextAddFunction(context.pointer, fn, status);
    this.#api.TF_DeleteFunction(fn);
    native.status.check("adding a compiled step");
  }

  dispose(): void {
    this.#api.TF_DeleteGraph(this.#pointer);
  }

  #value(output: GraphOutput, name: string): Value {
    const { status } = this.#binding.native;
    const rank = this.#api.TF_GraphGetTensorNumDims(this.#pointer, output, status.pointer);
    status.check(name);
    const lengths = new BigInt64Array(Math.max(rank, 0));
    if (rank > 0) this.#api.TF_GraphGetTensorShape(this.#pointer, output, lengths, rank, status.pointer);
    status.check(name);
    const shape = Array.from(lengths, Number);
    if (rank < 0 || shape.includes(-1)) {
      throw new Error(`a compiled step cannot contain ${name} here: the shape of its result depends on elements, of which there are none yet`);
    }
    return { output, shape, type: this.#api.TF_OperationOutputType(output) };
  }

  #begin(name: string): Pointer {
    return this.#api.TF_NewOperation(this.#pointer, this.#binding.native.intern(name), `${name}_${this.#operations++}`);
  }

  #setType(description: Pointer, name: string, type: number): void {
    this.#api.TF_SetAttrType(description, this.#binding.native.intern(name), type);
  }

  #finish(description: Pointer, name: string): Pointer {
    const { status } = this.#binding.native;
    const operation = this.#api.TF_FinishOperation(description, status.pointer);
    status.check(name);
    return operation;
  }
}

/** As an array of C's TF_Output. */
function packed(outputs: readonly GraphOutput[]): BigInt64Array {
  const words = new BigInt64Array(2 * outputs.length);
  outputs.forEach(({ oper, index }, i) => {
    words[2 * i] = BigInt(oper);
    words[2 * i + 1] = BigInt(index);
  });
  return words;
}

