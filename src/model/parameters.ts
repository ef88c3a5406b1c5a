import { foldIn, type Key, normal, type Shape, uniform } from "../random/index.ts";
import { type Tensor, tensorOps, type Variable } from "../tensor/index.ts";

/**
 * What a parameter is at first. "fan-average": uniform within ±√(6/(fanIn + fanOut)), whose variance is 2/(fanIn + fanOut), as in Ho et
 * al.'s code (Glorot & Bengio 2010).
 */
export type Init = "zeros" | "ones" | "normal" | { readonly fanIn: number; readonly fanOut: number };

/** One parameter, before it takes any memory. */
export interface ParameterSpec {
  /** Such as `down.0.block.1.conv1.kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Init;
}

/** Gives a parameter's tensor while its model is applied. */
export type Parameter = () => Tensor;

/** The parameters of a model, declared one by one by its layers, and allocated together. */
export class ParameterList {
  readonly specs: ParameterSpec[] = [];
  readonly variables = new Map<string, Variable>();

  declare(name: string, shape: readonly number[], init: Init): Parameter {
    if (this.specs.some((spec) => spec.name === name)) throw new RangeError(`parameter "${name}" is declared twice: names are unique in a model`);
    this.specs.push({ name, shape, init });
    return () => {
      const variable = this.variables.get(name);
      if (!variable) throw new Error(`parameter "${name}" is not there: its model is disposed of, or was only counted`);
      return variable;
    };
  }

  get count(): number {
    return this.specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  }

  /** Makes the variables. What each holds depends on the key and its own name alone, and is the same on every backend. */
  allocate(key: Key): void {
    const tf = tensorOps();
    for (const { name, shape, init } of this.specs) {
      const values = tf.tensor(initialValues(foldIn(key, hash(name)), shape, init), [...shape], "float32");
      this.variables.set(name, tf.variable(values));
      values.dispose();
    }
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
    this.variables.clear();
  }
}

/** Where a layer declares its parameters: the list, and what their names begin with. */
export class Scope {
  readonly #list: ParameterList;
  readonly #prefix: string;

  constructor(list: ParameterList, prefix = "") {
    this.#list = list;
    this.#prefix = prefix;
  }

  /** The scope of a part, such as `scope.of("conv1")`. */
  of(part: string): Scope {
    return new Scope(this.#list, `${this.#prefix}${part}.`);
  }

  parameter(name: string, shape: readonly number[], init: Init): Parameter {
    return this.#list.declare(this.#prefix + name, shape, init);
  }
}

export function initialValues(key: Key, shape: Shape, init: Init): Float32Array {
  const size = sizeOf(shape);
  if (init === "zeros") return new Float32Array(size);
  if (init === "ones") return new Float32Array(size).fill(1);
  if (init === "normal") return Float32Array.from(normal(key, size));
  const limit = Math.sqrt(6 / (init.fanIn + init.fanOut));
  return Float32Array.from(uniform(key, size), (u) => limit * (2 * u - 1));
}

/** FNV-1a of a name, 32 bits. */
function hash(name: string): number {
  let bits = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) bits = Math.imul(bits ^ byte, 0x01000193);
  return bits >>> 0;
}

const sizeOf = (shape: Shape): number => (typeof shape === "number" ? shape : shape.reduce((a, b) => a * b, 1));
