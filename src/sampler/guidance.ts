import { type Algebra, algebraOf } from "../algebra/index.ts";
import { convertAt } from "../process/index.ts";
import { type Level } from "../schedule/index.ts";
import { type Model } from "./sampler.ts";

export interface GuidanceOptions<V> {
  /** The model that is told the condition, and the one that is not (both often one network). */
  conditional: Model<V>;
  unconditional: Model<V>;
  /** w: 0 ignores the condition, 1 is the conditional model, more exaggerates it. */
  scale: number;
}

/**
 * Classifier-free guidance as a model of its own: $\hat\epsilon = \hat\epsilon_u + w\,(\hat\epsilon_c - \hat\epsilon_u)$. This is
 * equation 6 of Ho & Salimans 2022 with w = 1 + their w. Both models predict the same kind, in which the mixture is taken: for all kinds it
 * is the same mixture. TypeError where they predict different kinds.
 */
export function classifierFreeGuidance<V>({ conditional, unconditional, scale }: GuidanceOptions<V>): Model<V> {
  return async (x, t, level) => {
    const [with_, without] = [await conditional(x, t, level), await unconditional(x, t, level)];
    if (with_.kind !== without.kind) {
      throw new TypeError(`guidance between a prediction of ${with_.kind} and one of ${without.kind}: let both models predict one kind`);
    }
    const algebra = algebraOf(x, with_.value);
    const value = algebra.combine([scale, 1 - scale], [with_.value, without.value]);
    freeAll(algebra, [with_.value, without.value, without.varianceShare], [x, with_.varianceShare]);
    return { ...with_, value };
  };
}

export interface ClassifierGuidanceOptions<V> {
  model: Model<V>;
  /** $\nabla_x\log p(y\mid x_t)$ of the class wanted, at any level; freed, as what models answer is. */
  gradient: (x: V, t: number, level: Level) => V | Promise<V>;
  /** 1 (unless told) for the posterior itself, more to exaggerate it. */
  scale?: number;
}

/**
 * Classifier guidance as a model of its own: $\hat\epsilon \leftarrow \hat\epsilon - \sigma\,w\,\nabla_x\log p(y\mid x_t)$, that is, the
 * classifier's gradient added to the score. Dhariwal & Nichol 2021, algorithm 2.
 */
export function classifierGuidance<V>({ model, gradient, scale = 1 }: ClassifierGuidanceOptions<V>): Model<V> {
  return async (x, t, level) => {
    const output = await model(x, t, level);
    const slope = await gradient(x, t, level);
    const eps = convertAt(level, x, output, "eps");
    const algebra = algebraOf(eps, slope);
    const value = algebra.combine([1, -level.sigma * scale], [eps, slope]);
    freeAll(algebra, [output.value, eps, slope], [x, output.varianceShare]);
    return { ...output, kind: "eps", value };
  };
}

/** Frees values of a kind that needs it, but not those that are in use elsewhere. */
function freeAll<V>({ free }: Algebra<V>, values: readonly (V | undefined)[], used: readonly (V | undefined)[]): void {
  if (free) for (const value of new Set(values)) if (value !== undefined && !used.includes(value)) free(value);
}
