import { type Sampler } from "./sampler.ts";

/**
 * Linear multistep (Adams–Bashforth) on $d\bar x/d\bar\sigma = \hat\epsilon$ with $\bar\sigma = \sigma/\alpha$: ε̂ of the last `order` levels
 * is continued as a polynomial in σ̄, which is integrated exactly over the step. "LMS" of k-diffusion. It starts with fewer levels, and the
 * first step is Euler's. RangeError for an order that is not 1, 2, 3 or 4.
 */
export function lms({ order = 4 }: { order?: number } = {}): Sampler {
  if (![1, 2, 3, 4].includes(order)) throw new RangeError(`order ${order} of LMS: 1, 2, 3 or 4 is needed`);
  return {
    name: `LMS, order ${order}`,
    order,
    stochastic: false,
    memory: order - 1,
    step({ from, to, here, past, algebra }) {
      const euler = algebra.combine([to.alpha, to.sigma], [here.x0, here.eps]);
      if (from.alpha === 0) return { x: euler };
      const points = [here, ...past].filter(({ level }) => level.alpha > 0);
      const weights = adamsBashforth(points.map(({ level }) => level.sigma / level.alpha), to.sigma / to.alpha);
      weights[0]! -= to.sigma / to.alpha - from.sigma / from.alpha;
      return { x: algebra.combine([1, ...weights.map((weight) => to.alpha * weight)], [euler, ...points.map(({ eps }) => eps)]) };
    },
  };
}

/** ∫ from nodes[0] to `end` of the Lagrange polynomials through the nodes: what each node's value counts. */
function adamsBashforth(nodes: readonly number[], end: number): number[] {
  const h = end - nodes[0]!;
  return nodes.map((node, j) => {
    // The polynomial in u = (σ̄ − nodes[0])/h, lowest power first.
    let polynomial = [1];
    nodes.forEach((other, k) => {
      if (k === j) return;
      const [root, gap] = [(other - nodes[0]!) / h, (node - other) / h];
      const next = [...polynomial.map((c) => (-root * c) / gap), 0];
      polynomial.forEach((c, power) => (next[power + 1]! += c / gap));
      polynomial = next;
    });
    return h * polynomial.reduce((total, c, power) => total + c / (power + 1), 0);
  });
}
