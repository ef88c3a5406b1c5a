import { type TensorModel } from "../model/index.ts";
import { type Tensor, type Variable, tensorOps } from "../tensor/index.ts";
import { type Average } from "./average.ts";
import { clipFactor, globalNorm } from "./gradients.ts";
import { type Inputs, type ObjectiveOnSchedule } from "./objective.ts";
import { type Optimizer } from "./optimizer.ts";

export interface StepOptions {
  readonly model: TensorModel;
  readonly objective: ObjectiveOnSchedule;
  readonly optimizer: Optimizer;
  readonly average?: Average;
  /** How many parts a batch comes in; their gradients are averaged before the parameters move. */
  readonly parts: number;
}

/** What one part of a batch takes: the objective's inputs and the seed of its dropout. */
export interface PartInputs {
  readonly inputs: Inputs<Tensor>;
  readonly seed: Tensor;
}

/** The numbers of a step, as scalars: the optimiser's own, and the average's decay. */
export type StepScalars = Readonly<Record<string, Tensor>>;

/**
 * The tensor part of training, written once and run eagerly or compiled: functions that read and write variables, and take as inputs all
 * that differs from step to step.
 */
export interface TrainingGraph {
  /** What the optimiser keeps, by slot and parameter: `firstMoment` and `down.0.conv.kernel`. */
  readonly slots: ReadonlyMap<string, ReadonlyMap<string, Variable>>;
  /** A whole step on a batch in one part. */
  step(given: PartInputs & { scalars: StepScalars }): { loss: Tensor; losses: Tensor; gradientNorm: Tensor };
  /** One part of a batch in several: its gradients are kept. */
  collect(given: PartInputs): { loss: Tensor; losses: Tensor };
  /** The step after the last part. */
  descend(given: { scalars: StepScalars }): { gradientNorm: Tensor };
  dispose(): void;
}

export function trainingGraph({ model, objective, optimizer, average, parts }: StepOptions): TrainingGraph {
  const tf = tensorOps();
  const trained = [...model.parameters].filter(([, parameter]) => parameter.trainable);
  const names = trained.map(([name]) => name);
  const parameters = trained.map(([, parameter]) => parameter);
  const zeros = (like: Variable): Variable => tf.tidy(() => tf.variable(tf.zerosLike(like), false));
  const slots = new Map(optimizer.slots.map((slot) => [slot, new Map(trained.map(([name, parameter]) => [name, zeros(parameter)]))]));
  const collected = parts > 1 ? parameters.map(zeros) : [];

  function gradientsOf({ inputs, seed }: PartInputs): { loss: Tensor; losses: Tensor; gradients: Tensor[] } {
    let kept: Tensor | undefined;
    const { value, grads } = tf.variableGrads(() => {
      const given = objective.loss(model, inputs, seed);
      // Kept beyond the tidy of the gradients' forward pass, as it is only returned beside what is differentiated.
      kept = tf.keep(given.losses);
      return given.loss as ReturnType<typeof tf.scalar>;
    }, parameters);
    const gradients = parameters.map((parameter, i) => {
      const gradient = grads[parameter.name];
      if (gradient === undefined) throw new Error(`the loss does not depend on parameter "${names[i]}": is it applied in the model?`);
      return gradient;
    });
    const losses = kept!.clone();
    kept!.dispose();
    return { loss: value, losses, gradients };
  }

  function update(gradients: readonly Tensor[], scalars: StepScalars): Tensor {
    const norm = globalNorm(gradients);
    const factor = optimizer.clipNorm === undefined ? undefined : clipFactor(norm, optimizer.clipNorm);
    parameters.forEach((parameter, i) => {
      const name = names[i]!;
      const kept = [...slots.values()].map((slot) => slot.get(name)!);
      const updated = optimizer.update(
        { parameter, gradient: factor ? tf.mul(gradients[i]!, factor) : gradients[i]!, slots: kept, decays: optimizer.decays(name, parameter.shape) },
        scalars,
      );
      parameter.assign(updated.parameter);
      kept.forEach((slot, k) => slot.assign(updated.slots[k]!));
    });
    average?.update(scalars.averageDecay!);
    return norm;
  }

  return {
    slots,
    step({ scalars, ...part }) {
      const { loss, losses, gradients } = gradientsOf(part);
      return { loss, losses, gradientNorm: update(gradients, scalars) };
    },
    collect(part) {
      const { loss, losses, gradients } = gradientsOf(part);
      collected.forEach((sum, i) => sum.assign(tf.add(sum, tf.mul(gradients[i]!, 1 / parts))));
      return { loss, losses };
    },
    descend({ scalars }) {
      const gradientNorm = update(collected, scalars);
      for (const sum of collected) sum.assign(tf.zerosLike(sum));
      return { gradientNorm };
    },
    dispose() {
      for (const kept of slots.values()) for (const variable of kept.values()) variable.dispose();
      for (const sum of collected) sum.dispose();
    },
  };
}
