import { type Dual, derivative, dual } from "../algebra/index.ts";
import { logDensity } from "../gaussian/index.ts";
import { modelLaw } from "../objective/index.ts";
import { gaussianTarget, momentMatched, reverseKernel } from "../oracle/index.ts";
import { transition } from "../process/index.ts";
import { scheduleFromBetas } from "../schedule/index.ts";
import { type Entry } from "./entry.ts";
import { dataOf, dualScore, logMixture, logNormal, noiseForm, pointwise, posteriorOf, tables } from "./formulas.ts";
import { section } from "./section.ts";
import { type Joint, drawJoint, drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("000", drawStep);
const tabled = section("000", drawJoint);

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const rowSum = ({ rows }: Joint, a: number): number => rows[a]!.reduce((total, p) => total + p, 0);
const columnSum = ({ rows }: Joint, b: number): number => rows.reduce((total, row) => total + row[b]!, 0);

/** Seed 000 on the reverse process: Bayes on a table, the chain backwards, and when a reverse step is Gaussian. */
export const seed000Reverse: readonly Entry[] = [
  tabled.equation("bayes", {
    title: "Bayes' rule, on a table of two rows and three columns",
    latex: String.raw`P(A\mid B) = \frac{P(B\mid A)\,P(A)}{P(B)}`,
    core: "enumeration",
    coefficients: (v) => ({ likelihood: v.rows[0]![1] / rowSum(v, 0), prior: rowSum(v, 0), evidence: columnSum(v, 1) }),
    left: ({ rows }) => rows[0]![1] / (rows[0]![1] + rows[1]![1]),
    right: (_, c) => (c.likelihood * c.prior) / c.evidence,
  }),
  tabled.equation("conditional", {
    title: "joint, marginal and conditional: a slice of the joint over the shadow it casts",
    latex: String.raw`P(A\mid B) = \frac{P(A,B)}{P(B)},\qquad P(B) = \sum_A P(A,B)`,
    core: "enumeration",
    coefficients: ({ rows }) => ({ joint: rows[1]![2], first: rows[0]![2], second: rows[1]![2] }),
    left: (v) => ({ conditional: v.rows[1]![2] / columnSum(v, 2), marginal: columnSum(v, 2) }),
    right: (_, c) => ({ conditional: c.joint / (c.first + c.second), marginal: c.first + c.second }),
  }),
  equation("reverse.chain", {
    title: "the chain read backwards is the same joint law, with the true reverse kernels for p_θ (a mixture as data, three steps)",
    latex: String.raw`p(x_T)\prod_{t=1}^T q(x_{t-1}\mid x_t) = q(x_0)\prod_{t=1}^T q(x_t\mid x_{t-1})`,
    core: "reverseKernel, transition",
    coefficients: ({ bar }) => ({ scale: Math.sqrt(bar(3)), noise: 1 - bar(3) }),
    left(v) {
      const data = dataOf(v);
      const step = (t: number, xt: number, xPrev: number): number => transition(v.schedule, t).logDensity(xt, { xPrev });
      return pointwise((x0, x1, x2, x3) => data.logDensity(x0) + step(1, x1, x0) + step(2, x2, x1) + step(3, x3, x2), v.x0, v.xPrev2, v.xPrev, v.xt);
    },
    right(v, c) {
      const data = dataOf(v);
      const back = (t: number, xPrev: number, xt: number): number => reverseKernel(data, v.schedule, t, xt).logDensity(xPrev);
      return pointwise(
        (x0, x1, x2, x3) => logMixture(x3, data, c.scale, c.noise) + back(3, x2, x3) + back(2, x1, x2) + back(1, x0, x1),
        v.x0, v.xPrev2, v.xPrev, v.xt,
      );
    },
  }),
  equation("reverse.model", {
    title: "the model's step, a Gaussian both of whose parameters are learned: its mean by ε_θ, its variance by a share v_θ between β̃_t and β_t",
    latex: String.raw`p_\theta(x_{t-1}\mid x_t) = \mathcal N\big(x_{t-1};\ \mu_\theta(x_t,t),\ \Sigma_\theta(x_t,t)\big),\quad \Sigma_\theta = \beta_t^{v_\theta}\,\tilde\beta_t^{\,1-v_\theta}`,
    core: "modelLaw",
    coefficients: (v) => ({ ...noiseForm(v), beta: tables(v).beta, betaTilde: posteriorOf(v).variance }),
    left({ schedule, t, xPrev, xt, eps, epsTheta }) {
      const law = modelLaw(schedule, t, { xt, output: { kind: "eps", value: epsTheta, varianceShare: eps.map(logistic) }, variance: "learned" });
      return pointwise((x, mean, variance) => logDensity(x, { mean, variance }), xPrev, law.mean, law.variance as Float64Array);
    },
    right: ({ xPrev, xt, eps, epsTheta }, c) => pointwise((x, xt, share, e) => {
      const v = logistic(share);
      return logNormal(x, c.factor * (xt - c.eps * e), c.beta ** v * c.betaTilde ** (1 - v));
    }, xPrev, xt, eps, epsTheta),
  }),
  equation("reverse.gaussian", {
    title: "the reverse step is Gaussian for every β where the data is: its mean and variance for data N(m, w)",
    latex: String.raw`q(x_{t-1}\mid x_t) = \mathcal N\Big(\sqrt{\bar\alpha_{t-1}}\,m + \frac{\sqrt{\alpha_t}V_{t-1}}{V_t}(x_t-\sqrt{\bar\alpha_t}\,m),\ \frac{V_{t-1}\beta_t}{V_t}\Big),\quad V_t = \bar\alpha_tw+1-\bar\alpha_t`,
    core: "reverseKernel(gaussianTarget(…), …)",
    coefficients(v) {
      const { alpha, beta, bar, barPrev } = tables(v);
      const [before, after] = [0.5 * barPrev + 1 - barPrev, 0.5 * bar + 1 - bar];
      return { prior: Math.sqrt(barPrev), gain: (Math.sqrt(alpha) * before) / after, seen: Math.sqrt(bar), variance: (before * beta) / after };
    },
    left({ schedule, t, x0, xt }) {
      const kernels = [...xt].map((x, i) => reverseKernel(gaussianTarget({ mean: x0[i]!, variance: 0.5 }), schedule, t, x));
      return { mean: Float64Array.from(kernels, (law) => law.means[0]!), variance: kernels[0]!.variances[0]! };
    },
    right: ({ x0, xt }, c) => ({ mean: pointwise((m, x) => c.prior * m + c.gain * (x - c.seen * m), x0, xt), variance: c.variance }),
  }),
  erratum("reverse.linear", {
    title: "that the step is linear with small noise does not make its reverse Gaussian: it is linear for every β, and the reverse of bimodal data is not",
    latex: String.raw`q(x_{t-1}\mid x_t) \propto \mathcal N(x_t;\sqrt{\alpha_t}x_{t-1},\beta_t)\,q(x_{t-1})`,
    says: String.raw`q(x_{t-1}\mid x_t) = \mathcal N(\cdot),\ \text{as a linear map of Gaussians}`,
    core: "reverseKernel",
    coefficients: (v) => ({
      alpha: Math.sqrt(tables(v).alpha), beta: tables(v).beta, before: Math.sqrt(tables(v).barPrev), beforeNoise: 1 - tables(v).barPrev,
      after: Math.sqrt(tables(v).bar), afterNoise: 1 - tables(v).bar,
    }),
    left: (v) => {
      const kernel = reverseKernel(dataOf(v), v.schedule, v.t, v.xt[0]!);
      return { logDensity: kernel.logDensity(v.xPrev) };
    },
    right(v, c) {
      const data = dataOf(v);
      const [xt, evidence] = [v.xt[0]!, logMixture(v.xt[0]!, data, c.after, c.afterNoise)];
      return {
        logDensity: pointwise((x) => logNormal(xt, c.alpha * x, c.beta) +
          logMixture(x, data, c.before, c.beforeNoise) - evidence, v.xPrev),
      };
    },
    stated: (v) => ({ logDensity: momentMatched(reverseKernel(dataOf(v), v.schedule, v.t, v.xt[0]!)).logDensity(v.xPrev) }),
    counterexample: {
      where: "log density between the modes, data at ±3, β_1 = 0.5",
      values: () => stepAt(scheduleFromBetas([0.5]), 1, { x0: -3, xt: 0, xPrev: 0 }),
    },
  }),
  equation("reverse.moments", {
    title: "the reverse step's mean and variance for any data, by the score of q(x_t): as β falls, β_t/α_t is all that is left of the variance",
    latex: String.raw`E[x_{t-1}\mid x_t] = \frac{x_t+\beta_t\,s(x_t)}{\sqrt{\alpha_t}},\qquad \operatorname{Var}(x_{t-1}\mid x_t) = \frac{\beta_t}{\alpha_t}\big(1+\beta_t\,s'(x_t)\big),\quad s = \nabla\log q`,
    core: "reverseKernel(…).moments",
    coefficients: (v) => ({
      factor: 1 / Math.sqrt(tables(v).alpha), beta: tables(v).beta, signal: Math.sqrt(tables(v).bar), noise: 1 - tables(v).bar,
    }),
    left(v) {
      const moments = [...v.xt].map((x) => reverseKernel(dataOf(v), v.schedule, v.t, x).moments());
      return { mean: Float64Array.from(moments, ({ mean }) => mean[0]!), variance: Float64Array.from(moments, ({ variance }) => variance[0]!) };
    },
    right(v, c) {
      const score = (x: Dual): Dual => dualScore(x, dataOf(v), c.signal, c.noise);
      return {
        mean: pointwise((x) => c.factor * (x + c.beta * score(dual(x)).value), v.xt),
        variance: pointwise((x) => c.factor ** 2 * c.beta * (1 + c.beta * derivative(score, x)), v.xt),
      };
    },
  }),
];
