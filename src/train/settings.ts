import { type JsonValue } from "../checkpoint/index.ts";
import { type Settings } from "./keeper.ts";
import { type TrainOptions } from "./train.ts";

/** All that steps depend on but the data themselves, as a checkpoint keeps it: a training is resumed with the same settings or not at all. */
export function settingsOf({ model, data, schedule, objective, optimizer, ema, key, batch, accumulate = 1, flip = false }: TrainOptions): Settings {
  const { name, T, alphaBar } = schedule;
  return {
    model: model.config as unknown as JsonValue,
    // Enough of its table to tell schedules of one name apart.
    schedule: { name, T, alphaBar: [1, Math.ceil(T / 2), T].map((t) => alphaBar[t]!) },
    objective: objective.config,
    optimizer: optimizer.config,
    ema: ema ? { decay: ema.decay } : null,
    key,
    batch,
    accumulate,
    data: { name: data.name, size: data.size === Infinity ? "without end" : data.size, shape: data.shape, flip },
  };
}
