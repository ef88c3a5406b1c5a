import { type JsonValue } from "../checkpoint/index.ts";
import { type Dataset } from "../data/index.ts";
import { type Settings } from "./keeper.ts";
import { type TrainOptions } from "./train.ts";

/** All that steps depend on, as a checkpoint keeps it: a training is resumed with the same settings or not at all. */
export async function settingsOf(options: TrainOptions): Promise<Settings> {
  const { model, data, schedule, objective, optimizer, ema, key, batch, accumulate = 1, precision = "float32", flip = false } = options;
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
    precision,
    data: { size: data.size === Infinity ? "without end" : data.size, shape: data.shape, first: await fingerprint(data), flip },
  };
}

/** Tells data apart by their first items: names are often paths, which may change. */
async function fingerprint(data: Dataset): Promise<string> {
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  const values = await data.read(Array.from({ length: Math.min(4, data.size) }, (_, i) => i));
  return hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).digest("hex").slice(0, 16);
}
