/** Chains of one quantity, one array each, all of one length: what the diagnostics are made from. */
export type Chains = readonly ArrayLike<number>[];

/**
 * Autocorrelations ρ_0 = 1, ρ_1, … ρ_maxLag of one chain, by $\hat\rho_k = \sum_i (x_i - \bar x)(x_{i+k} - \bar x)/\sum_i (x_i - \bar x)^2$;
 * maxLag is half the length unless told. RangeError for a chain that never moves, of fewer than 2 values, or a lag beyond its length.
 */
export function autocorrelation(chain: ArrayLike<number>, maxLag = Math.floor(chain.length / 2)): Float64Array<ArrayBuffer> {
  if (!(maxLag >= 0 && maxLag < chain.length)) throw new RangeError(`lag ${maxLag} of a chain of ${chain.length}: it must be shorter`);
  const centred = centre(chain);
  const variance = autocovariance(centred, 0);
  if (!(variance > 0)) throw new RangeError("autocorrelation of a chain that never moves: it has none");
  return Float64Array.from({ length: maxLag + 1 }, (_, lag) => autocovariance(centred, lag) / variance);
}

/**
 * $\hat R$: how much wider the chains are together than each alone, each split in two so that a drift shows; 1 where they agree, and below
 * 1.01 where one may go on (Gelman et al. 2013, section 11.4; the threshold is Vehtari et al. 2021's).
 * RangeError for chains of fewer than 4 values or of different lengths.
 */
export function rHat(chains: Chains): number {
  const halves = splitChains(chains);
  const { within, pooled } = variances(halves);
  return Math.sqrt(pooled / within);
}

/**
 * The effective sample size: how many independent draws would tell the mean as well, $MN/(1 + 2\sum_k \rho_k)$, with the sum cut by Geyer's
 * initial monotone sequence and ρ taken over all chains, each split in two (Stan; Vehtari et al. 2021, equations 10–13).
 * RangeError for chains of fewer than 4 values or of different lengths, or that never move.
 */
export function effectiveSampleSize(chains: Chains): number {
  const halves = splitChains(chains);
  const n = halves[0]!.length;
  const total = halves.length * n;
  const { within, pooled } = variances(halves);
  if (!(pooled > 0)) throw new RangeError("effective size of chains that never move: they tell one value");
  const centred = halves.map(centre);
  const rho = (lag: number): number => {
    const mean = average(centred.map((half) => autocovariance(half, lag)));
    return 1 - (within - (mean * n) / (n - 1)) / pooled;
  };
  let sum = -1;
  let pair = Infinity;
  for (let lag = 0; lag + 1 < n; lag += 2) {
    const next = (lag === 0 ? 1 : rho(lag)) + rho(lag + 1);
    if (!(next > 0)) break;
    pair = Math.min(pair, next);
    sum += 2 * pair;
  }
  return Math.min(total / sum, total * Math.log10(total));
}

function centre(chain: ArrayLike<number>): Float64Array {
  const mean = average(Array.from(chain));
  return Float64Array.from(chain, (value) => value - mean);
}

function autocovariance(centred: Float64Array, lag: number): number {
  let total = 0;
  for (let i = 0; i + lag < centred.length; i++) total += centred[i]! * centred[i + lag]!;
  return total / centred.length;
}

/** The mean variance within the chains, and the estimate of the whole's that counts their means' differences in. */
function variances(chains: readonly Float64Array[]): { within: number; pooled: number } {
  const n = chains[0]!.length;
  const means = chains.map((chain) => average([...chain]));
  const within = average(chains.map((chain, k) => chain.reduce((total, value) => total + (value - means[k]!) ** 2, 0) / (n - 1)));
  const middle = average(means);
  const between = means.reduce((total, mean) => total + (mean - middle) ** 2, 0) / (means.length - 1);
  return { within, pooled: ((n - 1) / n) * within + between };
}

function average(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function splitChains(chains: Chains): Float64Array[] {
  const n = chains[0]?.length ?? 0;
  if (n < 4 || chains.some(({ length }) => length !== n)) {
    throw new RangeError(`chains of ${chains.map(({ length }) => length).join(", ") || "no"} values: give chains of one length, at least 4`);
  }
  const half = Math.floor(n / 2);
  return chains.flatMap((chain) => {
    const values = Float64Array.from(chain);
    return [values.slice(0, half), values.slice(n - half)];
  });
}
