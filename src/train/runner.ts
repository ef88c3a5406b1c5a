import { type Key, foldIn } from "../random/index.ts";
import { type CompileOptions, type Compiled, compile } from "../tensor/compile/index.ts";
import { type Tensor, tensorOps } from "../tensor/index.ts";
import { type HostTensor, rowsOf, upload } from "./host-tensor.ts";
import { type Inputs } from "./objective.ts";
import { type PartInputs, type StepOptions, type StepScalars, type TrainingGraph, trainingGraph } from "./step.ts";

export interface StepResult {
  readonly loss: number;
  readonly losses: Float32Array;
  readonly gradientNorm: number;
}

type CompiledPart<F extends (given: never) => unknown> = Compiled<Parameters<F>, ReturnType<F>>;

/** Takes steps: brings what they take to tensors, runs them, and brings the numbers back. */
export class Runner {
  readonly graph: TrainingGraph;
  readonly #options: StepOptions;
  readonly #whole: CompiledPart<TrainingGraph["step"]>;
  readonly #collect: CompiledPart<TrainingGraph["collect"]>;
  readonly #descend: CompiledPart<TrainingGraph["descend"]>;

  constructor(options: StepOptions, precision: NonNullable<CompileOptions["precision"]> = "float32") {
    this.#options = options;
    this.graph = trainingGraph(options);
    this.#whole = compile(this.graph.step, { precision });
    this.#collect = compile(this.graph.collect, { precision });
    this.#descend = compile(this.graph.descend, { precision });
  }

  /** `seeds` is the key of the step's dropout. */
  async step(step: number, inputs: Inputs<HostTensor>, seeds: Key): Promise<StepResult> {
    const scalars = this.#scalars(step);
    try {
      return this.#options.parts === 1 ? await this.#inOne(inputs, seeds, scalars) : await this.#inParts(inputs, seeds, scalars);
    } finally {
      tensorOps().dispose(scalars);
    }
  }

  dispose(): void {
    for (const step of [this.#whole, this.#collect, this.#descend, this.graph]) step.dispose();
  }

  async #inOne(inputs: Inputs<HostTensor>, seeds: Key, scalars: StepScalars): Promise<StepResult> {
    const part = partOf(inputs, seeds);
    const { loss, losses, gradientNorm } = await this.#whole.async({ ...part, scalars }).finally(() => disposeOf(part));
    const [[value], each, [norm]] = await Promise.all([numbers(loss), numbers(losses), numbers(gradientNorm)]);
    return { loss: value!, losses: each, gradientNorm: norm! };
  }

  async #inParts(inputs: Inputs<HostTensor>, seeds: Key, scalars: StepScalars): Promise<StepResult> {
    const n = inputs.t.shape[0]!;
    const rows = n / this.#options.parts;
    const all = new Float32Array(n);
    let mean = 0;
    for (let i = 0; i < this.#options.parts; i++) {
      const part = partOf(rowsOf(inputs, i * rows, (i + 1) * rows), foldIn(seeds, i));
      const { loss, losses } = await this.#collect.async(part).finally(() => disposeOf(part));
      const [[value], each] = await Promise.all([numbers(loss), numbers(losses)]);
      mean += value! / this.#options.parts;
      all.set(each, i * rows);
    }
    const [gradientNorm] = await numbers((await this.#descend.async({ scalars })).gradientNorm);
    return { loss: mean, losses: all, gradientNorm: gradientNorm! };
  }

  #scalars(step: number): StepScalars {
    const { optimizer, average } = this.#options;
    const numbers = { ...optimizer.scalars(step), ...(average && { averageDecay: average.decayAt(step) }) };
    return upload(Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, { data: Float32Array.of(value), shape: [] }])));
  }
}

function partOf(inputs: Inputs<HostTensor>, seeds: Key): PartInputs {
  return { inputs: upload(inputs), ...upload({ seed: { data: Int32Array.from(seeds, (word) => word | 0), shape: [2] } }) };
}

function disposeOf({ inputs, seed }: PartInputs): void {
  tensorOps().dispose([seed, ...Object.values(inputs)]);
}

/** A tensor's numbers; the tensor is disposed of. */
async function numbers(tensor: Tensor): Promise<Float32Array> {
  try {
    return await tensor.data<"float32">();
  } finally {
    tensor.dispose();
  }
}
