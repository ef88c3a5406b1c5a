import { type Batch, type Dataset, loader } from "../data/index.ts";
import { type TensorModel } from "../model/index.ts";
import { progress } from "../plot/index.ts";
import { type Key, foldIn, split } from "../random/index.ts";
import { type Schedule } from "../schedule/index.ts";
import { type CompileOptions } from "../tensor/compile/index.ts";
import { itemShapeOf } from "./array-model.ts";
import { type Average } from "./average.ts";
import { Closing } from "./closing.ts";
import { DivergedError } from "./errors.ts";
import { type CheckpointOptions, Keeper } from "./keeper.ts";
import { MetricsLog, type MetricsOptions } from "./metrics.ts";
import { type Objective } from "./objective.ts";
import { type Optimizer } from "./optimizer.ts";
import { Pace } from "./pace.ts";
import { Runner } from "./runner.ts";
import { settingsOf } from "./settings.ts";

export interface TrainOptions {
  /** Its parameters are changed in place; it stays the caller's. */
  model: TensorModel;
  data: Dataset;
  schedule: Schedule;
  objective: Objective;
  optimizer: Optimizer;
  /** `averageOf(model)`, kept up to date with the steps; it stays the caller's. */
  ema?: Average;
  /** The one source of randomness: step n draws from keys of its own. */
  key: Key;
  /** Examples a step. */
  batch: number;
  /** The last step, the first being 1. */
  steps: number;
  /** How many parts a batch comes in, to save memory: the step is that of the whole batch. 1 unless told; divides the batch. */
  accumulate?: number;
  /** "bfloat16" computes in it where that is faster, and keeps the weights in float32: see `compile`. "float32" unless told. */
  precision?: NonNullable<CompileOptions["precision"]>;
  /** Whether images are mirrored at random; not unless told. */
  flip?: boolean;
  /** Numbers of one's own, every `evaluateEvery` steps (100 unless told) and at the last: they go into the step and its line of metrics. */
  evaluate?: (step: TrainingStep) => Evaluation | Promise<Evaluation>;
  evaluateEvery?: number;
  /** Called every `sampleEvery` steps (1000 unless told) and at the last. */
  onSample?: (step: TrainingStep) => unknown;
  sampleEvery?: number;
  /** Where checkpoints go, every how many steps, and how many are kept. The last step is kept as well. */
  checkpoint?: CheckpointOptions;
  /** A checkpoint, or a folder of which the newest sound one is taken, to go on from with exactly the steps that would have come. */
  resumeFrom?: string;
  /** A file to which each step adds a line of JSON. On resuming, lines of later steps give way; otherwise it begins anew. */
  metrics?: string | MetricsOptions;
  /** Whether a bar shows in a notebook: so unless told otherwise. */
  bar?: boolean;
}

export type Evaluation = Readonly<Record<string, number>>;

/** The state after a step. */
export interface TrainingStep {
  readonly step: number;
  readonly steps: number;
  /** Times round the data, counted from 0. */
  readonly epoch: number;
  /** What was descended: the mean over the batch. */
  readonly loss: number;
  /** Of each example, at its timestep, before anything that makes up for how it was drawn. */
  readonly losses: Float32Array;
  readonly timesteps: Int32Array;
  readonly learningRate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly imagesPerSecond: number;
  /** Seconds, what is done between steps included. */
  readonly timeLeft: number;
  readonly model: TensorModel;
  /** The model with averaged weights. */
  readonly ema: TensorModel | undefined;
  readonly evaluation: Evaluation | undefined;
  /** The checkpoint that was saved at this step. */
  readonly checkpoint: string | undefined;
  /** Saves a checkpoint of this step now, and says where. Only until the next step is asked for. */
  save(): Promise<string>;
}

/**
 * Trains step by step, and yields after each:
 *
 *     for await (const { step, loss } of train({ model, data, schedule, objective: denoising(), optimizer: adam(), key: key(0), batch: 64, steps: 1000 })) …
 *
 * Steps run off the main thread on TensorFlow, as one compiled function; interrupts land between them, and leaving the loop disposes of all
 * but the model and its average. What is drawn depends on the key, the step and the data alone, so a resumed training takes the same steps,
 * bit for bit where the backend computes the same twice.
 *
 * Throws, when the first step is asked for, a RangeError or TypeError for options out of range or at odds, and an Error that lists what
 * differs where a checkpoint is of another training; later a DivergedError where a loss is not finite.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainingStep, void, void> {
  const { model, data, objective, optimizer, ema, key, batch, steps, accumulate = 1, flip = false, evaluateEvery = 100, sampleEvery = 1000 } = options;
  check(options);
  const classes = labelsOf(model, data);
  const [dataKey, stepKey] = split(key);
  const goal = objective.on(options.schedule, classes);
  const runner = new Runner({ model, objective: goal, optimizer, parts: accumulate, ...(ema && { average: ema }) }, options.precision);
  const closing = new Closing();
  closing.add(() => runner.dispose());
  try {
    const state = { model, schedule: options.schedule, slots: runner.graph.slots, average: ema, adaptive: goal.adaptive };
    const keeper = new Keeper(options.checkpoint, await settingsOf(options), state);
    const resumed = options.resumeFrom === undefined ? undefined : await keeper.resume(options.resumeFrom);
    const before = resumed?.step ?? 0;
    const first = before + 1;
    const log = options.metrics === undefined ? undefined : await MetricsLog.open(options.metrics, before);
    closing.add(() => log?.close());
    const batches = loader(data, { batch, key: dataKey, flip, ...(resumed && { from: resumed.position }) });
    closing.add(() => batches.return());
    const bar = options.bar === false || steps < first ? undefined : progress(steps, { label: "training" }).advance(before).show();
    closing.add(() => bar?.end());

    const drawFor = async (step: number) => {
      const { value, done } = await batches.next();
      if (done) throw new Error(`${data.name} ended at step ${step}`);
      const own = foldIn(stepKey, step);
      return { source: value, inputs: goal.draw(forClasses(value, classes, data.name), foldIn(own, 0)), seeds: foldIn(own, 1) };
    };
    const draw = (step: number): ReturnType<typeof drawFor> | undefined => {
      const drawn = step > steps ? undefined : drawFor(step);
      // Its error is told when the step is taken; a loop that is left before has no use for it.
      drawn?.catch(() => undefined);
      return drawn;
    };
    const pace = new Pace();
    let drawing = draw(first);
    for (let step = first; step <= steps; step++) {
      pace.begin();
      const drawn = await drawing!;
      const running = runner.step(step, drawn.inputs, drawn.seeds);
      // The next step's draws are made while this one runs; what depends on its losses has to wait for them.
      if (!goal.adaptive) drawing = draw(step + 1);
      const result = await running;
      closing.requireOpen();
      pace.end();
      const { loss, gradientNorm } = result;
      const learningRate = optimizer.learningRate(step);
      if (!(Number.isFinite(loss) && Number.isFinite(gradientNorm))) {
        throw new DivergedError({ step, loss, gradientNorm, learningRate, checkpoint: keeper.latest });
      }
      const timesteps = Int32Array.from(drawn.inputs.t.data);
      goal.adaptive?.recordAll(timesteps, result.losses);
      if (goal.adaptive) drawing = draw(step + 1);

      let saving: Promise<string> | undefined;
      let over = false;
      const save = (): Promise<string> => {
        if (over) throw new Error(`step ${step} is over, and its state gone: save it before the next step is asked for`);
        return (saving ??= keeper.save(step, drawn.source.next));
      };
      let now: TrainingStep = {
        step, steps, epoch: drawn.source.position.epoch, loss, losses: result.losses, timesteps, learningRate, gradientNorm,
        imagesPerSecond: batch * pace.stepsPerSecond(), timeLeft: pace.timeFor(steps - step), model, ema: ema?.model,
        evaluation: undefined, checkpoint: undefined, save,
      };
      const due = (every: number): boolean => step % every === 0 || step === steps;
      if (options.evaluate && due(evaluateEvery)) now = { ...now, evaluation: await options.evaluate(now) };
      if (log && due(log.every)) await log.append({ step, loss, learningRate, gradientNorm, imagesPerSecond: now.imagesPerSecond, ...now.evaluation });
      if (options.checkpoint && due(options.checkpoint.every ?? 1000)) now = { ...now, checkpoint: await save() };
      if (options.onSample && due(sampleEvery)) await options.onSample(now);
      bar?.advance();
      yield now;
      over = true;
      await saving;
      // Timers, signals and interrupts have their turn, on backends whose steps hold the thread, too.
      await new Promise((resolve) => setImmediate(resolve));
      closing.requireOpen();
    }
  } catch (error) {
    throw closing.reason(error);
  } finally {
    await closing.close();
  }
}

/** How many labels the model knows. TypeError where it has to be told some, and the data have none. */
function labelsOf({ config: { classes } }: TensorModel, data: Dataset): number {
  if (classes === 0 || data.labels) return classes;
  throw new TypeError(`a model of ${classes} classes, and ${data.name} has no labels: give it data with labels, or make it without classes`);
}

/** A batch with labels where the model knows any. */
function forClasses({ data, shape, labels }: Batch, classes: number, name: string): Pick<Batch, "data" | "shape" | "labels"> {
  if (classes === 0 || labels === undefined) return { data, shape };
  const wrong = labels.find((label) => !(label >= 0 && label < classes));
  if (wrong !== undefined) throw new RangeError(`label ${wrong} of ${name}: the model knows 0…${classes - 1}; make it with more classes`);
  return { data, shape, labels };
}

function check({ batch, steps, accumulate = 1, evaluateEvery = 1, sampleEvery = 1, checkpoint, model, data, objective }: TrainOptions): void {
  for (const [name, value] of Object.entries({ batch, steps, accumulate, evaluateEvery, sampleEvery, "checkpoint.every": checkpoint?.every ?? 1 })) {
    if (!(Number.isInteger(value) && value >= 1)) throw new RangeError(`${name} ${value} of a training: a whole number from 1 up is needed`);
  }
  if (batch % accumulate !== 0) throw new RangeError(`a batch of ${batch} in ${accumulate} parts: the number of parts has to divide it`);
  const shape = itemShapeOf(model.config);
  if (shape.join() !== data.shape.join()) {
    throw new TypeError(`${data.name} has items of shape [${data.shape.join(", ")}], the model takes [${shape.join(", ")}]: make it for these data, or see framed`);
  }
  const learns = objective.config.variance === "learned";
  if (learns !== model.config.learnedVariance) {
    throw new TypeError(
      learns
        ? "an objective with a learned variance, and a model without: make the model with learnedVariance: true"
        : 'a model with a learned variance, and an objective without: take denoising({ variance: "learned" })',
    );
  }
}
