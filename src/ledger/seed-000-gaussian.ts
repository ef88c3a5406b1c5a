import { derivative, dual, dualAlgebra } from "../algebra/index.ts";
import { cdf, erf, logPdf, mergeGaussians, pdf, reparameterize } from "../gaussian/index.ts";
import { integrate } from "../oracle/index.ts";
import { type Entry } from "./entry.ts";
import { pointwise, sumOfSquares } from "./formulas.ts";
import { section } from "./section.ts";
import { drawParameters } from "./values.ts";

const { equation, erratum } = section("000", drawParameters);
const unit = { mu: 0, sigma: 1, mu2: 0, sigma2: 1, a: 1, b: 1, x: Float64Array.of(1), eps: Float64Array.of(1) };
const panels = (from: number, to: number, n: number): number[] => Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n);

/** Seed 000 on Gaussians: density, distribution function, isotropy, reparameterization, merging. */
export const seed000Gaussian: readonly Entry[] = [
  equation("pdf", {
    title: "density of a Gaussian",
    latex: String.raw`f(x) = \frac{1}{\sqrt{2\pi\sigma^2}}\exp\Big(-\frac{(x-\mu)^2}{2\sigma^2}\Big)`,
    core: "pdf",
    coefficients: () => ({ twoPi: 2 * Math.PI, two: 2 }),
    left: ({ mu, sigma, x }) => pointwise((x) => pdf(x, { mean: mu, variance: sigma ** 2 }), x),
    right: ({ mu, sigma, x }, c) =>
      pointwise((x) => Math.exp(-((x - mu) ** 2) / (c.two * sigma ** 2)) / Math.sqrt(c.twoPi * sigma ** 2), x),
  }),
  equation("cdf", {
    title: "distribution function by erf",
    latex: String.raw`F(x) = \tfrac12\Big[1 + \operatorname{erf}\Big(\frac{x-\mu}{\sigma\sqrt2}\Big)\Big]`,
    core: "cdf",
    coefficients: () => ({ half: 0.5, one: 1, root: Math.SQRT2 }),
    left: ({ mu, sigma, x }) => pointwise((x) => cdf(x, { mean: mu, variance: sigma ** 2 }), x),
    right: ({ mu, sigma, x }, c) => pointwise((x) => c.half * (c.one + erf((x - mu) / (sigma * c.root))), x),
  }),
  equation("cdf.integral", {
    title: "distribution function as the integral of the density",
    latex: String.raw`F(x) = P(X \le x) = \int_{-\infty}^x f(u)\,du`,
    core: "cdf",
    coefficients: ({ sigma }) => ({ height: 1 / Math.sqrt(2 * Math.PI * sigma ** 2) }),
    left: ({ mu, sigma, x }) => pointwise((x) => cdf(x, { mean: mu, variance: sigma ** 2 }), x),
    right: ({ mu, sigma, x }, c) =>
      pointwise((x) => integrate((u) => c.height * Math.exp(-0.5 * ((u - mu) / sigma) ** 2), panels(mu - 9 * sigma, x, 24)), x),
  }),
  equation("erf", {
    title: "the error function",
    latex: String.raw`\operatorname{erf}(z) = \frac{2}{\sqrt\pi}\int_0^z e^{-t^2}\,dt`,
    core: "erf",
    coefficients: () => ({ factor: 2 / Math.sqrt(Math.PI) }),
    left: ({ x }) => pointwise(erf, x),
    right: ({ x }, c) => pointwise((z) => c.factor * integrate((t) => Math.exp(-t * t), panels(0, z, 12)), x),
  }),
  erratum("isotropic", {
    title: "the components of an isotropic Gaussian",
    latex: String.raw`x_i \sim \mathcal N(\mu_i, \sigma^2),\ \text{covariance } \sigma^2 I`,
    says: String.raw`x_i \sim \mathcal N(0, I)`,
    core: "logPdf",
    coefficients: ({ mu, sigma }) => ({ mean: mu, variance: sigma ** 2 }),
    left: ({ mu, sigma, x }) => pointwise((x) => logPdf(x, { mean: mu, variance: sigma ** 2 }), x),
    right: ({ x }, c) => pointwise((x) => -0.5 * Math.log(2 * Math.PI * c.variance) - (x - c.mean) ** 2 / (2 * c.variance), x),
    stated: ({ x }) => pointwise((x) => -0.5 * Math.log(2 * Math.PI) - x ** 2 / 2, x),
    counterexample: {
      where: "log density at 2 of a component with μ = 0, σ² = 4",
      values: () => ({ ...unit, sigma: 2, x: Float64Array.of(2) }),
    },
  }),
  equation("reparameterize", {
    title: "reparameterization",
    latex: String.raw`z = \mu + \sigma\,\epsilon,\quad \epsilon \sim \mathcal N(0, I)`,
    core: "reparameterize",
    coefficients: ({ mu, sigma }) => ({ shift: mu, scale: sigma }),
    left: ({ mu, sigma, eps }) => reparameterize({ mean: eps.map(() => mu), variance: sigma ** 2 }, eps),
    right: ({ eps }, c) => pointwise((eps) => c.shift + c.scale * eps, eps),
  }),
  erratum("reparameterize.law", {
    title: "the law of the reparameterized variable: densities change by the factor 1/σ",
    latex: String.raw`z = \mu + \sigma\epsilon \ \Rightarrow\ \mathcal N(z;\mu,\sigma^2) = \tfrac1\sigma\,\mathcal N\big(\tfrac{z-\mu}{\sigma}; 0, 1\big)`,
    says: String.raw`\mathcal N(z;\mu,\sigma^2) = \mu + \mathcal N(\epsilon';0,\sigma^2)`,
    core: "pdf",
    coefficients: ({ mu, sigma }) => ({ shift: mu, scale: sigma, half: 0.5, twoPi: 2 * Math.PI }),
    left: ({ mu, sigma, x }) => pointwise((z) => pdf(z, { mean: mu, variance: sigma ** 2 }), x),
    right: ({ x }, c) => pointwise((z) => Math.exp(-c.half * ((z - c.shift) / c.scale) ** 2) / (Math.sqrt(c.twoPi) * c.scale), x),
    stated: ({ mu, sigma, x }) => pointwise((z) => mu + Math.exp(-0.5 * ((z - mu) / sigma) ** 2) / Math.sqrt(2 * Math.PI * sigma ** 2), x),
    counterexample: {
      where: "density at z = 3 of μ = 1, σ = 2",
      values: () => ({ ...unit, mu: 1, sigma: 2, x: Float64Array.of(3) }),
    },
  }),
  equation("reparameterize.gradient", {
    title: "gradients through the sample, of the seed's loss Σz²",
    latex: String.raw`\frac{\partial}{\partial\mu}\sum z^2 = 2\sum z,\qquad \frac{\partial}{\partial\log\sigma}\sum z^2 = 2\sum z\,\sigma\epsilon`,
    core: "derivative (dual numbers) of reparameterize",
    coefficients: () => ({ mu: 2, logSigma: 2 }),
    left({ mu, sigma, eps }) {
      const { add, exp, mul, scale } = dualAlgebra;
      const square = (z: ReturnType<typeof dual>) => mul(z, z);
      return {
        mu: derivative((mean) => [...eps].map((e) => square(reparameterize({ mean, variance: sigma ** 2 }, dual(e)))).reduce(add), mu),
        logSigma: derivative((s) => [...eps].map((e) => square(add(dual(mu), scale(exp(s), e)))).reduce(add), Math.log(sigma)),
      };
    },
    right({ mu, sigma, eps }, c) {
      const z = pointwise((e) => mu + sigma * e, eps);
      return {
        mu: c.mu * z.reduce((total, value) => total + value, 0),
        logSigma: c.logSigma * z.reduce((total, value, i) => total + value * sigma * eps[i]!, 0),
      };
    },
  }),
  erratum("reparameterize.variance", {
    title: "reparameterization makes the gradient's noise small, not least: for sin(kz) the score-function estimator beats it",
    latex: String.raw`\operatorname{Var}\big[z\sin kz\big] = \tfrac12\big(1 - (1-4k^2)e^{-2k^2}\big) - k^2e^{-k^2}`,
    says: String.raw`\operatorname{Var}\big[k\cos kz\big] = \tfrac{k^2}2\big(1 + e^{-2k^2}\big) - k^2e^{-k^2}\ \text{is the least}`,
    core: "integrate",
    coefficients: ({ sigma2: k }) => ({ half: 0.5, square: 4 * k * k, mean: k }),
    left({ sigma2: k }) {
      const expect = (f: (z: number) => number): number => integrate((z) => f(z) * pdf(z), panels(-13, 13, 104));
      return expect((z) => (z * Math.sin(k * z)) ** 2) - expect((z) => z * Math.sin(k * z)) ** 2;
    },
    right: ({ sigma2: k }, c) => c.half * (1 - (1 - c.square) * Math.exp(-2 * k * k)) - c.mean ** 2 * Math.exp(-k * k),
    stated: ({ sigma2: k }) => (k * k * (1 + Math.exp(-2 * k * k))) / 2 - k * k * Math.exp(-k * k),
    counterexample: { where: "variance of the estimate of d/dμ E sin(10 z), z ~ N(0, 1)", values: () => ({ ...unit, sigma2: 10 }) },
  }),
  equation("merge", {
    title: "the sum of two independent Gaussians",
    latex: String.raw`\mathcal N(0,\sigma_1^2) * \mathcal N(0,\sigma_2^2) = \mathcal N(0,\sigma_1^2+\sigma_2^2)`,
    core: "mergeGaussians",
    coefficients: () => ({ first: 1, second: 1 }),
    left: ({ sigma, sigma2 }) => mergeGaussians(1, { mean: 0, variance: sigma ** 2 }, 1, { mean: 0, variance: sigma2 ** 2 }).variance,
    right: ({ sigma, sigma2 }, c) => c.first * sigma ** 2 + c.second * sigma2 ** 2,
  }),
  equation("merge.convolution", {
    title: "the same, as the convolution of the densities",
    latex: String.raw`\int \mathcal N(u;0,\sigma_1^2)\,\mathcal N(x-u;0,\sigma_2^2)\,du = \mathcal N(x;0,\sigma_1^2+\sigma_2^2)`,
    core: "pdf, integrate",
    coefficients: ({ sigma, sigma2 }) => ({ first: sigma ** 2, second: sigma2 ** 2, half: 0.5, twoPi: 2 * Math.PI }),
    left: ({ sigma, sigma2, eps }) =>
      pointwise((x) => {
        const [first, second] = [{ mean: 0, variance: sigma ** 2 }, { mean: 0, variance: sigma2 ** 2 }];
        return integrate((u) => pdf(u, first) * pdf(x - u, second), panels(-12 * sigma, 12 * sigma, 160));
      }, eps),
    right({ eps }, c) {
      const variance = c.first + c.second;
      return pointwise((x) => Math.exp((-c.half * x * x) / variance) / Math.sqrt(c.twoPi * variance), eps);
    },
  }),
  equation("proportional", {
    title: "dropping the constant: ratios of densities are ratios of exponentials",
    latex: String.raw`\frac{p(x)}{p(y)} = \exp\Big(-\frac{(x-\mu)^2}{2\sigma^2} + \frac{(y-\mu)^2}{2\sigma^2}\Big)`,
    core: "logPdf",
    coefficients: () => ({ ofX: 0.5, ofY: 0.5 }),
    left({ mu, sigma, x, eps }) {
      const law = { mean: mu, variance: sigma ** 2 };
      return pointwise((x, y) => logPdf(x, law) - logPdf(y, law), x, eps);
    },
    right: ({ mu, sigma, x, eps }, c) => pointwise((x, y) => (-c.ofX * (x - mu) ** 2 + c.ofY * (y - mu) ** 2) / sigma ** 2, x, eps),
  }),
  equation("expanded", {
    title: "the exponent's square multiplied out: what the posterior is matched against",
    latex: String.raw`\mathcal N(x;\mu,\sigma^2) \propto \exp\Big(-\tfrac12\big(\tfrac1{\sigma^2}x^2 - \tfrac{2\mu}{\sigma^2}x + \tfrac{\mu^2}{\sigma^2}\big)\Big)`,
    core: "logPdf",
    coefficients: ({ mu, sigma }) => ({ square: 1 / sigma ** 2, linear: (2 * mu) / sigma ** 2, constant: mu ** 2 / sigma ** 2, half: 0.5 }),
    left({ mu, sigma, eps }) {
      const law = { mean: mu, variance: sigma ** 2 };
      return pointwise((x) => logPdf(x, law) - logPdf(mu, law), eps);
    },
    right: ({ eps }, c) => pointwise((x) => -c.half * (c.square * x * x - c.linear * x + c.constant), eps),
  }),
  erratum("density-argument", {
    title: "a density is a function of the point, not of a density there",
    latex: String.raw`\mathcal N(x;\mu,\sigma^2)`,
    says: String.raw`\mathcal N(p(x);\mu,\sigma^2)`,
    core: "pdf",
    coefficients: ({ mu, sigma }) => ({ mean: mu, variance: sigma ** 2, two: 2, twoPi: 2 * Math.PI }),
    left: ({ mu, sigma, x }) => pointwise((x) => pdf(x, { mean: mu, variance: sigma ** 2 }), x),
    right: ({ x }, c) => pointwise((x) => Math.exp(-((x - c.mean) ** 2) / (c.two * c.variance)) / Math.sqrt(c.twoPi * c.variance), x),
    stated({ mu, sigma, x }) {
      const density = (x: number): number => Math.exp(-0.5 * ((x - mu) / sigma) ** 2) / Math.sqrt(2 * Math.PI * sigma ** 2);
      return pointwise((x) => density(density(x)), x);
    },
    counterexample: { where: "N(0, 1) at x = 1", values: () => unit },
  }),
  erratum("empirical", {
    title: "the empirical law of n draws is not the data's law: on average it has (n − 1)/n of the variance",
    latex: String.raw`E\big[\operatorname{Var}_{\hat q}\big] = \tfrac{n-1}{n}\operatorname{Var}_q`,
    says: String.raw`\hat q = q`,
    core: "enumeration of all samples of a two-point law",
    coefficients: () => ({ share: 2 / 3 }),
    left({ mu, sigma }) {
      const points = [mu - sigma, mu + sigma];
      const samples = points.flatMap((a) => points.flatMap((b) => points.map((c) => Float64Array.of(a, b, c))));
      const variances = samples.map((sample) => {
        const mean = sample.reduce((total, value) => total + value) / 3;
        return sumOfSquares(sample.map((value) => value - mean)) / 3;
      });
      return variances.reduce((total, value) => total + value) / variances.length;
    },
    right: ({ sigma }, c) => c.share * sigma ** 2,
    stated: ({ sigma }) => sigma ** 2,
    counterexample: { where: "n = 3 draws of a fair ±1", values: () => unit },
  }),
];
