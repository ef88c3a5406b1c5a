import { describe, expect, it } from "vitest";
import {
  type LedgerEntry, type LedgerSeed, LedgerReport, checkEntry, checkLedger, explain, key, ledger, linearSchedule, notation003, remarks, table,
} from "noisebook";

const errata = ledger.filter((entry) => entry.kind === "erratum");
const equations = ledger.filter((entry) => entry.kind === "equation");
const ids = ledger.map(({ id }) => id);
const numbers = (seed: LedgerSeed, from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => `${seed}.${from + i}`);

describe("the ledger", () => {
  it.each(ledger.map((entry): [string, LedgerEntry] => [entry.id, entry]))("%s holds to 1e-12 on 200 random draws", (_, entry) => {
    const result = checkEntry(entry, key(20240), { trials: 200 });
    expect(entry.tolerance).toBe(1e-12);
    expect(result.passed, explain(result)).toBe(true);
    expect(result.maxError).toBeLessThanOrEqual(1e-12);
  });

  it("has each id once, under its own seed, with a title, LaTeX without dollar signs and a name in the core", () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const entry of ledger) {
      expect(entry.id.startsWith(`${entry.seed}.`), entry.id).toBe(true);
      expect(entry.title.length, entry.id).toBeGreaterThan(5);
      expect(entry.core.length, entry.id).toBeGreaterThan(2);
      expect(entry.latex, entry.id).toMatch(/^[^$]{4,}$/);
      const braces = (text: string): number => text.split("{").length - text.split("}").length;
      expect(braces(entry.latex.replaceAll("\\{", "").replaceAll("\\}", "")), entry.id).toBe(0);
    }
  });

  it("draws its values from the key alone", () => {
    const error = (seed: number): number => checkEntry(ledger.entry("002.30"), key(seed)).maxError;
    expect(error(5)).toBe(error(5));
    expect([6, 7, 8, 9].some((seed) => error(seed) !== error(5))).toBe(true);
  });
});

describe("coverage", () => {
  it("has every numbered equation of seed 002: its numbers end at 36, and 35 is there line by line", () => {
    const present = ids.filter((id) => id.startsWith("002."));
    const expected = [...numbers("002", 1, 34), ...numbers("002", 1, 6).map((id) => id.replace("002.", "002.35.")), "002.36"];
    expect(present).toEqual(expect.arrayContaining(expected));
  });

  it("has every numbered equation of seed 004", () => {
    expect(ids).toEqual(expect.arrayContaining(numbers("004", 1, 8)));
  });

  it("has the seeds' two TODOs, both proofs of 004, all of 003, and 001's appendices", () => {
    expect(ids).toEqual(expect.arrayContaining([
      "000.C", "000.C.form", "000.C.square", "000.C.constant", "000.noise.4", "000.noise.5", "000.noise.6", "000.noise.7",
      "004.proof-1.step", "004.proof-1.two", "004.proof-1.merged", "004.proof-1.jump", "004.proof-2.bayes", "004.proof-2.collected",
      "004.proof-2.beta-tilde.3", "004.proof-2.mu-tilde.3", "004.proof-2.noise.2", "004.markov",
      "003.bayes", "003.bayes.x0", "003.posterior", "003.plug-in.mean", "003.plug-in", "003.x0", "003.mu-hat", "003.loss", "003.noise", "003.step",
      "000.posterior.law", "000.reverse.model", "001.reverse", "001.jump", "001.B.markov", "004.proof-1.dots", "004.proof-2.law", "004.proof-2.pdf",
      "004.proof-2.x0", "001.A.expectation", "001.A.jensen", "001.A.product", "001.A.sign", "001.A.telescoped", "001.A.terms", "001.B.bayes", "001.B.square",
    ]));
    expect(remarks.length).toBeGreaterThan(20);
    for (const { seed } of remarks) expect(["000", "001", "002", "003", "004"]).toContain(seed);
  });

  it("has every erratum of the list it started from", () => {
    expect(errata.map(({ id }) => id)).toEqual(expect.arrayContaining([
      "000.posterior.precision", "000.noise.3", "000.langevin.step-size", "000.reparameterize.law", "000.isotropic", "000.empirical",
      "000.density-argument", "000.posterior.constant", "000.posterior.from", "000.langevin.stochastic", "000.langevin.reverse",
      "001.A.sign", "001.A.decoder", "001.mse", "001.A.swapped",
      "002.20", "002.26", "002.29", "002.33", "002.one-noise", "002.image", "002.pixels",
      "003.posterior", "003.scalar", "003.plug-in",
      "004.4", "004.proof-1.jump", "004.proof-1.merge", "004.6", "004.code.var", "004.code.randint", "004.code.loop", "004.code.no-t", "004.code.no-step",
      "004.code.last-variance", "004.limit",
    ]));
  });

  it("has what seeds 001 and 004 make of all steps together: the bound, L_simple and the sampling loops", () => {
    expect(ids).toEqual(expect.arrayContaining([
      "001.vlb", "001.vlb.entropy", "001.L-simple", "001.L-simple.weight", "001.sampling", "004.code.reverse", "004.subtract",
    ]));
  });
});

describe("errata", () => {
  it.each(errata.map((entry): [string, LedgerEntry] => [entry.id, entry]))("%s: the seed's formula fails at its counterexample", (_, entry) => {
    const { counterexample } = checkEntry(entry, key(1), { trials: 1 });
    const { stated, right } = counterexample!;
    expect(Number.isFinite(right)).toBe(true);
    if (Number.isFinite(stated)) expect(Math.abs(stated - right)).toBeGreaterThan(9e-4 * Math.max(Math.abs(stated), Math.abs(right)));
    else expect(entry.id).toBe("001.A.bayes");
  });

  it.each([
    ["000.noise.3", 0.99718, 1.00506],
    ["000.langevin.reverse", 0.00502, 0.010091],
    ["000.langevin.bias", 1, 1.1428571],
    ["003.plug-in", 5.45e-5, 1.199e-4],
    ["002.pixels", 0, 1.3121],
    ["004.terminal", 0, 2.018e-5],
  ])("%s has the numbers found before it was written: %d for %d", (id, stated, right) => {
    const { counterexample } = checkEntry(ledger.entry(id), key(1));
    expect(counterexample!.stated).toBeCloseTo(stated, 5);
    expect(counterexample!.right / right).toBeCloseTo(1, 3);
  });

  it("an erratum whose formula were right would not pass", () => {
    const entry = ledger.entry("002.26");
    expect(entry.kind).toBe("erratum");
    if (entry.kind === "erratum") expect(checkEntry({ ...entry, stated: entry.left.bind(entry) }, key(1)).passed).toBe(false);
    if (entry.kind !== "erratum") return;
    const said = explain(checkEntry({ ...entry, stated: entry.left.bind(entry) }, key(1)));
    expect(said).toContain("002.26 (the step's density has √α_t over x_{t−1}, not √ᾱ_t): at its counterexample (log density, linear, t = 500,");
    expect(said).toContain("the text's own formula is not refuted");
  });
});

describe("mutation", () => {
  const mutants = ledger.flatMap((entry) => Object.keys(entry.coefficients(entry.draw(key(3)))).map((coefficient): [string, string] => [entry.id, coefficient]));

  it.each(mutants)("%s fails where its coefficient %s is off by a millionth, either way", (id, coefficient) => {
    for (const factor of [1 + 1e-6, 1 - 1e-6]) {
      const { passed, maxError } = checkEntry(ledger.entry(id), key(4), { trials: 4, mutate: { coefficient, factor } });
      expect(passed).toBe(false);
      expect(maxError).toBeGreaterThan(1e-11);
    }
  });

  it("leaves no entry out", () => {
    expect(new Set(mutants.map(([id]) => id)).size).toBe(ledger.length);
  });

  it("an unknown coefficient is an error, not a survivor", () => {
    const mutate = { coefficient: "gamma", factor: 2 };
    expect(() => checkEntry(ledger.entry("002.30"), key(0), { mutate })).toThrow('coefficient "gamma" of entry 002.30: it has xt, x0, std');
  });
});

describe("reports", () => {
  it("take the whole ledger, seeds or ids, and say what they found", () => {
    const all = checkLedger({ key: key(9), trials: 2 });
    expect(all.passed).toBe(true);
    expect(all.summary).toBe(`${equations.length} equations and ${errata.length} errata checked, all hold`);
    expect(checkLedger({ seeds: ["003"], trials: 1 }).results.every(({ entry }) => entry.seed === "003")).toBe(true);
    expect(ledger.table({ ids: ["002.26", "002.16"], trials: 1 }).rows().map(({ id }) => id)).toEqual(["002.16", "002.26"]);
    const lines = ledger.table({ ids: ["002.35"], trials: 1 }).rows().map(({ id }) => id);
    expect(lines).toEqual(["002.35.1", "002.35.2", "002.35.3", "002.35.4", "002.35.5", "002.35.6"]);
    expect(ledger.table({ ids: ["002.16"], trials: 1 }).summary).toBe("1 equation and 0 errata checked, all hold");
  });

  it("give rows of plain values that a table of plot takes", () => {
    const [equation, erratum] = checkLedger({ ids: ["002.16", "002.26"], trials: 3 }).rows();
    expect(equation).toMatchObject({ id: "002.16", seed: "002", kind: "equation", passed: true, where: null, stated: null, right: null });
    expect(erratum).toMatchObject({ id: "002.26", kind: "erratum", passed: true, right: expect.closeTo(1.3804, 4), stated: expect.closeTo(-24.411, 3) });
    expect(equation!.maxError).toBeLessThan(1e-12);
    expect(table(checkLedger({ ids: ["002.16", "002.26"], trials: 3 }).rows().map((row) => ({ ...row }))).toString()).toContain("002.26");
  });

  it("show as HTML with formulas and as aligned text, the same for every key", () => {
    const show = (seed: number): Record<string, string> => {
      const report: object = ledger.table({ ids: ["002.16", "002.26"], key: key(seed) });
      return (report as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]!();
    };
    expect(show(1)).toEqual(show(2));
    const { "text/html": html, "text/plain": plain } = show(1);
    expect(html).toContain("<caption>1 equation and 1 erratum checked, all hold</caption>");
    expect(html).toContain(String.raw`not $\frac1{\sqrt{2\pi}\sqrt{1-\alpha_t}}`);
    expect(html!.match(/<tr>/g)).toHaveLength(3);
    expect(plain!.split("\n")).toHaveLength(4);
    expect(plain).toContain("-24.411 (log density, linear, t = 500, x_{t−1} = 1, x_t = 1)");
  });

  it("say which entries fail", () => {
    const entry = ledger.entry("002.16");
    const failed = checkEntry(entry, key(1), { mutate: { coefficient: "x0", factor: 1.1 } });
    const report = new LedgerReport([failed, checkEntry(ledger.entry("002.17"), key(1))]);
    expect(report.passed).toBe(false);
    expect(report.failures).toEqual([failed]);
    expect(report.summary).toBe("2 equations and 0 errata checked, 1 fail: 002.16");
  });

  it("errors name what there is", () => {
    expect(() => ledger.entry("002.37")).toThrow(/no entry "002.37" in the ledger: of seed 002 it has 002.1, 002.2/);
    expect(() => checkLedger({ ids: ["nonsense"] })).toThrow(RangeError);
    expect(() => checkEntry(ledger.entry("002.16"), key(1), { trials: 0 })).toThrow("0 trials: a whole number from 1 up is needed");
  });
});

describe("seed 003's dictionary", () => {
  it("reads the core's tables: roots, with squares that add up to 1, from t = 0 to T", () => {
    const schedule = linearSchedule();
    for (const t of [0, 1, 500, 1000]) {
      expect(notation003.alpha.at(schedule, t) ** 2 + notation003.beta.at(schedule, t) ** 2).toBeCloseTo(1, 15);
      expect(notation003.alphaBar.at(schedule, t) ** 2).toBeCloseTo(schedule.alphaBar[t]!, 15);
      expect(notation003.betaBar.at(schedule, t) ** 2).toBeCloseTo(schedule.oneMinusAlphaBar[t]!, 15);
    }
    expect(() => notation003.alpha.at(schedule, 1001)).toThrow(RangeError);
    expect(Object.values(notation003).map(({ symbol }) => symbol)).toEqual(["α_t", "β_t", "ᾱ_t", "β̄_t"]);
  });
});
