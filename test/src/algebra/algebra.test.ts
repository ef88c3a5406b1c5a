import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Algebra, Dual, algebraOf, arrayAlgebra, derivative, dual, dualAlgebra, linearSchedule, marginal, numberAlgebra, registerAlgebra,
} from "noisebook";

const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const lists = (element: fc.Arbitrary<number>) =>
  fc.integer({ min: 1, max: 5 }).chain((length) => {
    const list = fc.array(element, { minLength: length, maxLength: length });
    return fc.tuple(list, list);
  });

/** How each kind holds a list of coordinates, and gives them back. */
interface Kind<V> {
  algebra: Algebra<V>;
  lift(coordinates: number[]): V;
  coordinates(value: V): number[];
}

const kinds: { [name: string]: Kind<any> } = {
  "a Float64Array": { algebra: arrayAlgebra, lift: (list) => Float64Array.from(list), coordinates: (array) => [...array] },
  "a dual number": { algebra: dualAlgebra, lift: (list) => dual(list[0]!, 1), coordinates: (value) => [value.value] },
  "a number": { algebra: numberAlgebra, lift: (list) => list[0]!, coordinates: (value) => [value] },
};

describe.each(Object.entries(kinds))("%s", (name, { algebra, lift, coordinates }) => {
  const binary = ["add", "sub", "mul", "div"] as const;
  const plain = {
    add: (a: number, b: number) => a + b,
    sub: (a: number, b: number) => a - b,
    mul: (a: number, b: number) => a * b,
    div: (a: number, b: number) => a / b,
  };

  it.each(binary)("%s acts on each coordinate as on numbers", (operation) => {
    fc.assert(
      fc.property(lists(positive), ([a, b]) => {
        const [x, y] = [lift(a), lift(b)];
        const expected = coordinates(x).map((_, i) => plain[operation](a[i]!, b[i]!));
        expect(coordinates(algebra[operation](x, y))).toEqual(expected);
      }),
    );
  });

  it.each(["exp", "log", "sqrt"] as const)("%s acts on each coordinate as on numbers", (operation) => {
    fc.assert(
      fc.property(lists(fc.double({ min: 1e-3, max: 100, noNaN: true })), ([a]) => {
        const x = lift(a);
        expect(coordinates(algebra[operation](x))).toEqual(coordinates(x).map(Math[operation]));
      }),
    );
  });

  it("combines, scales and shifts as its own additions and multiplications do", () => {
    fc.assert(
      fc.property(lists(finite), finite, finite, ([a, b], c, d) => {
        const [x, y] = [lift(a), lift(b)];
        expect(algebra.combine([c, d], [x, y])).toEqual(algebra.add(algebra.scale(x, c), algebra.scale(y, d)));
        expect(coordinates(algebra.shift(x, c))).toEqual(coordinates(x).map((value) => value + c));
      }),
    );
  });

  it("leaves its operands alone and is found by its values", () => {
    const x = lift([1, 2, 3]);
    algebra.combine([2, 3], [x, x]);
    algebra.mul(x, x);
    expect(x).toEqual(lift([1, 2, 3]));
    expect(algebraOf(x, x)).toBe(algebra);
    expect(algebra.kind).toBe(name);
  });
});

describe("sums", () => {
  it("of a number and of a dual number are themselves", () => {
    expect(numberAlgebra.sum(3)).toBe(3);
    expect(dualAlgebra.sum(dual(3, 2))).toEqual(dual(3, 2));
  });

  it("of an array are exact where a plain loop has lost everything", () => {
    expect(arrayAlgebra.sum(Float64Array.of(1, 1e100, 1, -1e100))).toBe(2);
    expect(arrayAlgebra.sum(new Float64Array(1e6).fill(0.1))).toBe(1e5);
    expect(arrayAlgebra.sum(Float64Array.of(1, -Infinity))).toBe(-Infinity);
  });
});

describe("dual numbers", () => {
  const cases: [string, (x: Dual) => Dual, (x: number) => number][] = [
    ["x² · eˣ", (x) => dualAlgebra.mul(dualAlgebra.mul(x, x), dualAlgebra.exp(x)), (x) => (2 * x + x * x) * Math.exp(x)],
    ["log x / x", (x) => dualAlgebra.div(dualAlgebra.log(x), x), (x) => (1 - Math.log(x)) / x ** 2],
    ["√(3x + 1)", (x) => dualAlgebra.sqrt(dualAlgebra.shift(dualAlgebra.scale(x, 3), 1)), (x) => 1.5 / Math.sqrt(3 * x + 1)],
  ];

  it.each(cases)("differentiate %s", (_, f, expected) => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 5, noNaN: true }), (x) => {
        expect(Math.abs(derivative(f, x) - expected(x))).toBeLessThan(1e-13 * (1 + Math.abs(expected(x))));
      }),
    );
  });

  it("give the score of a law as the derivative of its log density", () => {
    const law = marginal(linearSchedule(), 400);
    const score = derivative((x) => law.logDensity(x, { x0: dual(0.7) }), 1.3);
    expect(score).toBeCloseTo(-(1.3 - law.mean({ x0: 0.7 })) / law.variance, 13);
  });
});

describe("the registry", () => {
  class Pair {
    readonly left: number;
    readonly right: number;
    constructor(left: number, right: number) {
      this.left = left;
      this.right = right;
    }
  }
  const each = (f: (...values: number[]) => number) => (...pairs: Pair[]) =>
    new Pair(f(...pairs.map(({ left }) => left)), f(...pairs.map(({ right }) => right)));
  const pairAlgebra: Algebra<Pair> = {
    kind: "a pair",
    is: (value) => value instanceof Pair,
    add: each(numberAlgebra.add as (...values: number[]) => number),
    sub: each(numberAlgebra.sub as (...values: number[]) => number),
    mul: each(numberAlgebra.mul as (...values: number[]) => number),
    div: each(numberAlgebra.div as (...values: number[]) => number),
    scale: (a, factor) => each((x) => factor * x!)(a),
    shift: (a, amount) => each((x) => x! + amount)(a),
    exp: each((x) => Math.exp(x!)),
    log: each((x) => Math.log(x!)),
    sqrt: each((x) => Math.sqrt(x!)),
    clamp: (a, low, high) => each((x) => numberAlgebra.clamp(x!, low, high))(a),
    combine: (coefficients, values) => each((...list) => numberAlgebra.combine(coefficients, list))(...values),
    sum: (a) => new Pair(a.left + a.right, 0),
  };

  it("makes formulas run on a kind of value they never heard of", () => {
    const law = marginal(linearSchedule(), 10);
    expect(() => law.mean({ x0: new Pair(1, 2) })).toThrow(TypeError);
    registerAlgebra(pairAlgebra);
    expect(law.mean({ x0: new Pair(1, 2) })).toEqual(new Pair(law.mean({ x0: 1 }), law.mean({ x0: 2 })));
    const total = law.logDensity(new Pair(0.3, 0.4), { x0: new Pair(1, 2) });
    expect(total.left).toBeCloseTo(law.logDensity(0.3, { x0: 1 }) + law.logDensity(0.4, { x0: 2 }), 12);
  });

  it("refuses what has no algebra, mixed kinds and mixed lengths, and says the way out", () => {
    expect(() => algebraOf([1, 2])).toThrow(/no algebra for a plain array \(Float64Array\.from\(…\) makes it one they take\)/);
    expect(() => algebraOf("3")).toThrow(/no algebra for string \(3\): formulas take a number, a Float64Array/);
    expect(() => algebraOf(undefined)).toThrow(TypeError);
    expect(() => algebraOf<unknown>(1, Float64Array.of(1))).toThrow("a number and a Float64Array in one formula: make all values of one kind");
    for (const operation of ["add", "sub", "mul", "div"] as const) {
      expect(() => arrayAlgebra[operation](new Float64Array(2), new Float64Array(3))).toThrow(/lengths 2 and 3 differ/);
    }
  });
});
