const ORDER = 20;

/** Nodes and weights of Gauss–Legendre quadrature on [−1, 1]: the roots of P_n by Newton's method, weights 2/((1 − x²) P′_n(x)²). */
const rule: readonly (readonly [node: number, weight: number])[] = Array.from({ length: ORDER }, (_, i) => {
  let x = Math.cos((Math.PI * (i + 0.75)) / (ORDER + 0.5));
  let slope = 1;
  for (let round = 0; round < 100; round++) {
    let [previous, value] = [1, x];
    for (let n = 2; n <= ORDER; n++) [previous, value] = [value, ((2 * n - 1) * x * value - (n - 1) * previous) / n];
    slope = (ORDER * (x * value - previous)) / (x * x - 1);
    const step = value / slope;
    x -= step;
    if (Math.abs(step) < 1e-15) break;
  }
  return [x, 2 / ((1 - x * x) * slope * slope)] as const;
});

/**
 * ∫ f from the first to the last of the given points, by 20-node Gauss–Legendre quadrature between neighbours: exact to rounding where f is
 * smooth on the scale of the gaps. `integrate(f, [0, 1])` is one panel.
 */
export function integrate(f: (x: number) => number, points: ArrayLike<number>): number {
  let total = 0;
  for (let i = 1; i < points.length; i++) {
    const [centre, half] = [(points[i - 1]! + points[i]!) / 2, (points[i]! - points[i - 1]!) / 2];
    for (const [node, weight] of rule) total += half * weight * f(centre + half * node);
  }
  return total;
}
