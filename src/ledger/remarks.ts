import { type Seed } from "./entry.ts";

/** Something that a seed says and that no number can decide: a name, a slip of the pen, a line of code that does not run. */
export interface Remark {
  readonly seed: Seed;
  /** Where, in the seed's own terms. */
  readonly place: string;
  readonly remark: string;
}

/** What was found in the seeds beside the errata of the ledger, in their order. */
export const remarks: readonly Remark[] = [
  { seed: "000", place: "introduction", remark: "Flow-based models are normalizing flows, built from invertible maps; flow matching is a later and different method." },
  { seed: "000", place: "reparameterization", remark: "A gradient can pass a sampling step without it as well, by the score-function estimator." },
  { seed: "000", place: "Langevin dynamics", remark: "The noise is what makes the chain sample rather than climb; keeping it out of local optima is no part of it." },
  { seed: "000", place: "the footnote (*) on the density", remark: "Dropping a constant factor is no linear simplification." },
  { seed: "000", place: "reverse process", remark: "That the reverse kernel cannot be known holds of unknown data; for known data it is computed here (reverseKernel)." },
  { seed: "001", place: "forward process", remark: "Noise does not blur: blur removes detail, noise covers it." },
  { seed: "001", place: "the jump", remark: "Sums of independent Gaussian variables are Gaussian; superpositions of Gaussian densities are mixtures." },
  { seed: "001", place: "equation 5", remark: "L_T is called the last term and is printed first." },
  { seed: "001", place: "appendix A", remark: "The bound's steps are skipped as tedious; entries 001.A.telescoped and 001.A.terms are those steps." },
  { seed: "002", place: "(12)–(16)", remark: "That the box is one Gaussian follows from adding independent ones, not from reparameterization." },
  { seed: "002", place: "(15)", remark: "The root reaches over ε; only a parenthesis is misplaced." },
  { seed: "002", place: "after (19)", remark: "Bayes' rule asks for no order in time." },
  { seed: "002", place: "(25)", remark: "N(a | b) names no parameters; the semicolon form of the other seeds does." },
  { seed: "002", place: "(29), (36)", remark: "α is printed as a in both; in 29 the subscripts of two ᾱ have slipped to the line (entry 002.29)." },
  { seed: "002", place: "(30), (34), (36)", remark: "A density P(…) is said to be distributed as N(…): it is x_{t−1} that is." },
  { seed: "002", place: "before (34)", remark: "What is put into 30 is 32; the seed says the equation above, which is 33." },
  { seed: "002", place: "(35), lines 4 and 5", remark: "A closing parenthesis without an opening one." },
  { seed: "003", place: "throughout", remark: "α, β, ᾱ, β̄ are roots of the paper's: notation, not error (notation003)." },
  { seed: "004", place: "section 1", remark: "ReLU is an activation, no noise augmentation." },
  { seed: "004", place: "section 2", remark: "The β_t are settings chosen in advance, not random ones." },
  { seed: "004", place: "after (3)", remark: "β_t I is the variance of the noise that a step adds, not the noise; the listing below it has the root." },
  { seed: "004", place: "the training listing", remark: "randint's size must be a tuple; coefficients of shape [B] do not broadcast against [B, C, H, W]." },
  { seed: "004", place: "the sampling listing", remark: "A parenthesis is left open." },
  { seed: "004", place: "section 3", remark: "The target of a step back is the law of x_{t−1}; x_{T−1} is printed." },
  { seed: "004", place: "(6), (7), Proof-2", remark: "μ_θ and Σ_θ carry a θ that they do not depend on; the posterior is called approximate and is exact (004.7 holds to 1e-12)." },
  { seed: "004", place: "(7)", remark: "The variance is constant in x, but changes with t." },
  { seed: "004", place: "section 2", remark: "The noise from x_0 to x_t that the network estimates is the unit noise ε; what was added is √(1−ᾱ_t) ε." },
  { seed: "004", place: "Proof-1", remark: "α_t and ᾱ_t are definitions, with nothing about them to prove." },
  { seed: "004", place: "Proof-2", remark: "Red corresponds to red and blue to blue; the text says red to blue." },
];
