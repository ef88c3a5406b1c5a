import { type Algebra, algebraOf } from "../algebra/index.ts";
import { type Level } from "../schedule/index.ts";

/** Part of the sample that is known. */
export interface Inpainting<V> {
  /** The known data; what it holds elsewhere does not matter, if it is finite. */
  known: V;
  /** 1 where data is known, 0 where it is to be found; of the shape of x. */
  mask: V;
}

/**
 * x with its known coordinates put in place, noised to the level that x has reached:
 * $x \leftarrow m\,(\alpha y + \sigma\epsilon) + (1 - m)\,x$. Song et al. 2021, appendix I.2; without resampling (Lugmayr et al. 2022).
 */
export function replaceKnown<V>({ known, mask }: Inpainting<V>, x: V, { alpha, sigma }: Level, noise: () => V, algebra: Algebra<V>): V {
  algebraOf(x, known, mask);
  const { combine, mul, sub, add } = algebra;
  const noised = sigma > 0 ? combine([alpha, sigma], [known, noise()]) : known;
  return add(x, mul(mask, sub(noised, x)));
}
