import { afterEach, describe, expect, it, vi } from "vitest";
import { checkLedger, key } from "noisebook";

/** What a planted change multiplies in the core, by name; 1 leaves it as it is. */
const planted = vi.hoisted(() => ({ factors: {} as Record<string, number> }));

type Law = { coefficients: Record<string, number>; variance: number };

vi.mock("../../../src/process/linear-gaussian.ts", async (importActual) => {
  const actual = await importActual<typeof import("../../../src/process/linear-gaussian.ts")>();
  return {
    ...actual,
    linearGaussian: (law: string, coefficients: Record<string, number>, variance: number): Law => {
      const kind = law.startsWith("q(x_{t-1}") ? "posterior" : law.startsWith("q(x_t | x_0)") ? "marginal" : "transition";
      const factor = (name: string): number => planted.factors[`${kind}.${name}`] ?? 1;
      const moved = Object.fromEntries(Object.entries(coefficients).map(([name, value]) => [name, value * factor(name)]));
      return actual.linearGaussian(law, moved, variance * factor("variance"));
    },
  };
});

afterEach(() => {
  planted.factors = {};
});

const checked = (factors: Record<string, number>, ids?: readonly string[]): ReturnType<typeof checkLedger> => {
  planted.factors = factors;
  return checkLedger({ key: key(5), trials: 3, ...(ids && { ids }) });
};
const failures = (factors: Record<string, number>): string[] => checked(factors).failures.map(({ entry }) => entry.id);

describe("a coefficient changed in src/process by a millionth", () => {
  it("is needed to turn an entry red", () => {
    expect(failures({})).toEqual([]);
  });

  it.each([
    ["transition.xPrev", ["000.transition", "000.step", "002.5", "002.12", "002.17", "004.3", "001.transition", "004.code.step"]],
    ["transition.variance", ["000.transition", "000.chain", "002.22", "002.table.1", "004.3", "004.code.denoise"]],
    ["marginal.x0", ["000.marginal", "000.jump", "002.16", "002.23", "002.27", "003.x0", "004.4", "001.marginal"]],
    ["marginal.variance", ["000.marginal", "002.18", "002.24", "002.28", "004.code.jump", "001.terminal"]],
    ["posterior.x0", ["000.posterior.mu-tilde.3", "002.30", "003.posterior", "004.7", "000.noise.8", "002.35.6", "004.8", "001.mean"]],
    ["posterior.xt", ["000.posterior.mu-tilde.1", "002.30", "003.step", "004.7", "000.C", "000.noise.3", "004.proof-2.mu-tilde.2"]],
    ["posterior.variance", ["000.posterior.beta-tilde.1", "002.29", "002.36", "003.noise", "004.7", "000.C.square", "001.B.square"]],
  ])("%s turns the entries about it red, in several seeds", (name, expected) => {
    const red = failures({ [name]: 1 + 1e-6 });
    expect(red).toEqual(expect.arrayContaining(expected));
    expect(new Set(red.map((id) => id.slice(0, 3))).size).toBeGreaterThanOrEqual(4);
    // Entries about Gaussians alone know nothing of it.
    expect(red).not.toContain("000.pdf");
    expect(red).not.toContain("000.merge");
  });
});

describe("a coefficient changed by a thousandth", () => {
  it.each([
    ["transition.xPrev", "002.17", "the step again", "transition(…).sample", "x times 1.001"],
    ["transition.variance", "002.22", "the law of the step", "transition", "variance times 1.001"],
    ["marginal.x0", "002.16", "the jump", "marginal(…).sample", "x0 times 1.001"],
    ["marginal.variance", "002.23", "the law of the jump", "marginal", "variance times 1.001"],
    ["posterior.x0", "004.7", "the posterior's mean and variance (the seed's μ_θ, Σ_θ, though no parameter θ is in them)", "posterior", "x0 times 1.001"],
    ["posterior.xt", "004.7", "the posterior's mean and variance (the seed's μ_θ, Σ_θ, though no parameter θ is in them)", "posterior", "xt times 1.001"],
    ["posterior.variance", "000.posterior.beta-tilde.3", "simplified, with α_t + β_t = 1", "posterior(…).variance", "beta times 1.001"],
  ])("%s is named, with the thousandth", (name, id, title, core, reason) => {
    const [said] = checked({ [name]: 1.001 }, [id]).reasons;
    expect(said).toMatch(new RegExp(`^${literal(`${id} (${title}): ${core} gives `)}-?[\\d.e-]+.*, the formula -?[\\d.e-]+, [\\d.e-]+ apart where 1e-12 is allowed: the core has the formula's .*${literal(reason)}`));
  });

  it("is told with the report, and nothing is where all holds", () => {
    expect(checked({}, ["002.16"]).reasons).toEqual([]);
    const report: object = checked({ "marginal.x0": 1.001 }, ["002.16"]);
    const shown = (report as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]!();
    for (const type of ["text/plain", "text/html"]) expect(shown[type]).toContain("x0 times 1.001");
  });
});

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
