import path from "node:path";
import type { TFEOpAttr, TensorMetadata } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js";
import { type Constant, sameConstant } from "./constants.ts";
import type { Host } from "./host.ts";
import { difference, type Source } from "./sources.ts";
import type { Operation, Trace } from "./trace.ts";
import { Tracing } from "./tracing.ts";

/** Follows a second run of a step and holds it to the first. What differs between the two would be frozen. */
export class Check extends Tracing {
  readonly #host: Host;
  readonly #operations: readonly Operation[];
  readonly #constants: readonly Constant[];
  #next = 0;
  #nextConstant = 0;

  constructor(host: Host, first: Trace) {
    super();
    this.#host = host;
    this.#operations = first.operations;
    this.#constants = first.made;
  }

  execute(name: string, attributes: readonly TFEOpAttr[], inputs: readonly number[]): TensorMetadata[] {
    const index = this.#next++;
    const first = this.#operations[index];
    if (!first || first.name !== name) {
      throw changed(`operation ${index} was ${first?.name ?? "none"} and then ${name}: what a step does may not depend on anything that changes`);
    }
    if (first.attributes !== JSON.stringify(attributes)) {
      throw changed(`operation ${index}, ${name}, had the attributes ${first.attributes} and then ${JSON.stringify(attributes)}`);
    }
    inputs.forEach((id, i) => this.hold(first.inputs[i], this.sourceOf(id), `operation ${index}, ${name}, takes as its input ${i}`));
    return first.results.map(({ shape, type }, at) => {
      const id = this.#host.binding.handles.symbol();
      this.know(id, { kind: "result", operation: index, index: at });
      return { id, shape: [...shape], dtype: type };
    });
  }

  /** @throws Error where a value comes from elsewhere than it did */
  hold(first: Source | undefined, second: Source, what: string): void {
    const why = first ? difference(first, second) : "what was not there the first time";
    if (why !== undefined) throw changed(`${what} ${why}`);
  }

  /** @throws Error where the second run stopped short of the first */
  finish(): void {
    const left = this.#operations[this.#next];
    if (left) throw changed(`operation ${this.#next} was ${left.name} and then none: what a step does may not depend on anything that changes`);
  }

  protected override noted(constant: Constant): Constant {
    const first = this.#constants[this.#nextConstant++];
    if (!first || sameConstant(first, constant) !== undefined) constant.made = caller();
    return constant;
  }
}

/** What is thrown where the second run differs. */
export const changed = (what: string): Error => new Error(`the step is not the same each time, so it cannot be compiled: ${what}`);

/** This folder and its neighbour; bundled, the bundle's. */
const ours = [".", "../tensorflow/"].map((folder) => new URL(folder, import.meta.url).pathname);

/** The innermost line of code that is neither ours nor TensorFlow.js's. */
function caller(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 100;
  const lines = new Error().stack?.split("\n").slice(1) ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  const line = lines.find((each) => !/node_modules|tfjs|node:/.test(each) && !ours.some((folder) => each.includes(folder)));
  const place = /\(?([^()\s]+:\d+:\d+)\)?$/.exec(line ?? "")?.[1];
  return place && path.basename(place);
}
