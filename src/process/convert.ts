import { type Algebra, algebraOf } from "../algebra/index.ts";
import { type Level, type Schedule, checkTimestep } from "../schedule/index.ts";
import { posterior } from "./posterior.ts";

/** What a denoiser may predict from x_t. All five say the same, in different words, where ᾱ_t > 0. */
export type PredictionKind = "eps" | "x0" | "v" | "score" | "mean";

/** A prediction of the named kind; `mean` is that of the reverse step, $\tilde\mu_t(x_t, \hat x_0)$. */
export interface Prediction<V> {
  kind: PredictionKind;
  value: V;
}

/** A quantity written as xt · x_t + value · (what was predicted). */
interface Combination {
  xt: number;
  value: number;
}

/** a and s in $x_t = a\,x_0 + s\,\epsilon$, a² + s² (1 where variance is preserved), and $\tilde\mu_t = c_0\,x_0 + c_t\,x_t$. */
interface Step {
  a: number;
  s: number;
  square: number;
  c0: number;
  ct: number;
}

const x0From: Record<PredictionKind, (step: Step) => Combination> = {
  /** Seed 002, equation 32. */
  eps: ({ a, s }) => ({ xt: 1 / a, value: -s / a }),
  x0: () => ({ xt: 0, value: 1 }),
  v: ({ a, s, square }) => ({ xt: a / square, value: -s / square }),
  /** Tweedie's formula: x_0 = (x_t + s² · score)/a. */
  score: ({ a, s }) => ({ xt: 1 / a, value: (s * s) / a }),
  mean: ({ c0, ct }) => ({ xt: -ct / c0, value: 1 / c0 }),
};

const epsFrom: Record<PredictionKind, (step: Step) => Combination> = {
  eps: () => ({ xt: 0, value: 1 }),
  /** Seed 002, equation 33 with x_0 in the place of its second x_t. */
  x0: ({ a, s }) => ({ xt: 1 / s, value: -a / s }),
  v: ({ a, s, square }) => ({ xt: s / square, value: a / square }),
  score: ({ s }) => ({ xt: 0, value: -s }),
  mean: ({ a, s, c0, ct }) => ({ xt: (1 + (a * ct) / c0) / s, value: -a / (s * c0) }),
};

const wanted: Record<PredictionKind, (step: Step, from: PredictionKind) => Combination> = {
  eps: (step, from) => epsFrom[from](step),
  x0: (step, from) => x0From[from](step),
  /** v = a ε − s x_0 (Salimans & Ho 2022). */
  v(step, from) {
    const eps = epsFrom[from](step);
    const x0 = x0From[from](step);
    return { xt: step.a * eps.xt - step.s * x0.xt, value: step.a * eps.value - step.s * x0.value };
  },
  /** $\nabla_{x_t}\log q(x_t\mid x_0) = -\epsilon/s$ */
  score(step, from) {
    const eps = epsFrom[from](step);
    return { xt: -eps.xt / step.s, value: -eps.value / step.s };
  },
  /** From ε this is $\frac{1}{\sqrt{\alpha_t}}\big(x_t - \frac{\beta_t}{s}\epsilon\big)$: Ho et al. 2020, equation 11; seed 002, equation 35. */
  mean(step, from) {
    const x0 = x0From[from](step);
    return { xt: step.c0 * x0.xt + step.ct, value: step.c0 * x0.value };
  },
};

/**
 * The same prediction in other words, t = 1…T: with $x_t = \sqrt{\bar\alpha_t}x_0 + \sqrt{1-\bar\alpha_t}\,\epsilon$,
 * $v = \sqrt{\bar\alpha_t}\,\epsilon - \sqrt{1-\bar\alpha_t}\,x_0$, score $= -\epsilon/\sqrt{1-\bar\alpha_t}$, mean $= \tilde\mu_t(x_t, x_0)$.
 * Every pair of kinds is one combination of x_t and the prediction, whose coefficients are free of cancellation.
 * Throws a RangeError for a t outside, and where ᾱ_t = 0 leaves x_0 undetermined: from ε or the score to x0, v or mean.
 */
export function convert<V>(schedule: Schedule, t: number, xt: V, prediction: Prediction<V>, to: PredictionKind): V {
  checkTimestep(schedule, t);
  checkKind(prediction.kind);
  checkKind(to);
  const { x0: c0, xt: ct } = posterior(schedule, t).coefficients;
  const step = { a: Math.sqrt(schedule.alphaBar[t]!), s: Math.sqrt(schedule.oneMinusAlphaBar[t]!), square: 1, c0, ct };
  return combine(step, { xt, prediction, to }, () => `at t = ${t} of schedule "${schedule.name}": alphaBar is ${schedule.alphaBar[t]} there`);
}

/**
 * The same at any level of noise, $x = \alpha x_0 + \sigma\epsilon$, on a schedule or off it: $v = \alpha\epsilon - \sigma x_0$,
 * score $= -\epsilon/\sigma$. Throws a RangeError where the level leaves the wanted quantity undetermined (x_0 of pure noise, ε of clean
 * data), and a TypeError for `mean`, which belongs to the steps of a schedule. `algebra` is that of the values unless told: see `Step`.
 */
export function convertAt<V>(level: Level, x: V, prediction: Prediction<V>, to: PredictionKind, algebra?: Algebra<V>): V {
  checkKind(prediction.kind);
  checkKind(to);
  if (prediction.kind === "mean" || to === "mean") {
    throw new TypeError("a prediction of the reverse step's mean has a meaning on a schedule only: use convert, or predict eps, x0, v or score");
  }
  const { alpha, sigma } = level;
  const square = Math.abs(alpha * alpha + sigma * sigma - 1) < 1e-12 ? 1 : alpha * alpha + sigma * sigma;
  return combine({ a: alpha, s: sigma, square, c0: NaN, ct: NaN }, { xt: x, prediction, to, algebra }, () => `at alpha = ${alpha}, sigma = ${sigma}`);
}

interface Asked<V> {
  xt: V;
  prediction: Prediction<V>;
  to: PredictionKind;
  algebra?: Algebra<V> | undefined;
}

function combine<V>(step: Step, { xt, prediction: { kind, value }, to, algebra }: Asked<V>, where: () => string): V {
  const own = algebraOf(xt, value);
  if (kind === to) return value;
  const { xt: ofXt, value: ofValue } = wanted[to](step, kind);
  if (!(Number.isFinite(ofXt) && Number.isFinite(ofValue))) {
    const why =
      step.s === 0 ? "so x_t holds no noise; predict x0 or eps itself" : "so x_t holds nothing of x_0; predict x0, v or mean instead";
    throw new RangeError(`no ${to} from ${kind} ${where()}, ${why}`);
  }
  return (algebra ?? own).combine([ofXt, ofValue], [xt, value]);
}

function checkKind(kind: PredictionKind): void {
  if (!Object.hasOwn(wanted, kind)) {
    throw new TypeError(`prediction kind ${JSON.stringify(kind)} is none of ${Object.keys(wanted).join(", ")}`);
  }
}
