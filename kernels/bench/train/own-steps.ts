import { createModel, loadParameters, type TensorModel } from "../../../src/model/index.ts";
import { linearSchedule } from "../../../src/schedule/index.ts";
import { compile } from "../../../src/tensor/compile/index.ts";
import { type Tensor, tensorOps } from "../../../src/tensor/index.ts";
import { key } from "../../../src/random/index.ts";
import { adam, denoising } from "../../../src/train/index.ts";
import { type HostTensor, upload } from "../../../src/train/host-tensor.ts";
import { type TrainingGraph, trainingGraph } from "../../../src/train/step.ts";
import type { Problem } from "./problem.ts";

export const ownModes = ["eager", "compiled", "bf16"] as const;
export type OwnMode = (typeof ownModes)[number];

type Given = Parameters<TrainingGraph["step"]>[0];
type Run<Inputs extends unknown[], Result> = (...inputs: Inputs) => Promise<Result>;

/** Training and sampling as src/train and src/model do it, on a problem's weights, data and noise. */
export class OwnSteps {
  readonly model: TensorModel;
  readonly #problem: Problem;
  readonly #graph: TrainingGraph;
  readonly #optimizer;
  readonly #step: Run<[Given], ReturnType<TrainingGraph["step"]>>;
  readonly #denoise: Run<[Tensor, Tensor, Tensor, Tensor], Tensor>;
  #done = 0;

  constructor(problem: Problem, mode: OwnMode) {
    const tf = tensorOps();
    this.#problem = problem;
    this.model = createModel(problem.config, key(0));
    loadParameters(this.model, [...problem.tensors].filter(([name]) => name.startsWith("parameter/")).map(([name, value]) => [name.slice("parameter/".length), value]));
    this.#optimizer = adam(problem.adam);
    this.#graph = trainingGraph({ model: this.model, objective: denoising().on(linearSchedule({ T: 1000 })), optimizer: this.#optimizer, parts: 1 });
    const denoise = (x: Tensor, t: Tensor, keep: Tensor, add: Tensor): Tensor => tf.add(tf.mul(x, keep), tf.mul(this.model.apply(x, t), add));
    if (mode === "eager") {
      this.#step = async (given) => tf.tidy(() => this.#graph.step(given));
      this.#denoise = async (...inputs) => tf.tidy(() => denoise(...inputs));
    } else {
      const options = { precision: mode === "bf16" ? "bfloat16" : "float32" } as const;
      const [step, sampling] = [compile(this.#graph.step, options), compile(denoise, options)];
      this.#step = (given) => step.async(given);
      this.#denoise = (...inputs) => sampling.async(...inputs);
    }
  }

  /** One step of training on the next batch; its loss. The batch is brought to tensors within it. */
  async step(): Promise<number> {
    const tf = tensorOps();
    const { tensors, batches } = this.#problem;
    const batch = this.#done++ % batches;
    const host = (name: string): HostTensor => tensors.get(`batch/${batch}/${name}`)!;
    const inputs = upload({ t: host("t"), xt: host("xt"), target: host("target") });
    const numbers = Object.entries(this.#optimizer.scalars(this.#done));
    const scalars = upload(Object.fromEntries(numbers.map(([name, value]) => [name, { data: Float32Array.of(value), shape: [] }])));
    const { seed } = upload({ seed: { data: Int32Array.of(0, this.#done), shape: [2] } });
    try {
      const results = await this.#step({ inputs, seed, scalars });
      const [value] = await results.loss.data();
      tf.dispose(results);
      return value!;
    } finally {
      tf.dispose([...Object.values(inputs), ...Object.values(scalars), seed]);
    }
  }

  /** DDIM down the problem's path, or its first steps. */
  async sample(steps?: number): Promise<Float32Array> {
    const tf = tensorOps();
    const { tensors } = this.#problem;
    const { data, shape } = tensors.get("sampling/xT")!;
    const path = tensors.get("sampling/path")!;
    let x = tf.tensor(data, [...shape], "float32");
    for (let i = 0; i < (steps ?? path.shape[0]!); i++) {
      const [t, keep, add] = path.data.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
      const numbers = [tf.fill([shape[0]!], t), tf.scalar(keep), tf.scalar(add)] as const;
      const next = await this.#denoise(x, ...numbers);
      tf.dispose([x, ...numbers]);
      x = next as typeof x;
    }
    const values = (await x.data()) as Float32Array;
    x.dispose();
    return values;
  }
}
