/** A float64 array of any rank, row-major: what tensors are held to. Written for plainness, not speed. */
export interface Reference {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The place of coordinates in a shape; coordinates of a longer shape broadcast. */
function offset(shape: readonly number[], at: readonly number[]): number {
  const skip = at.length - shape.length;
  return shape.reduce((sum, length, d) => sum * length + (length === 1 ? 0 : at[d + skip]!), 0);
}

export const get = (x: Reference, ...at: number[]): number => x.data[offset(x.shape, at)]!;

/** An array from its shape and the value at each place. */
export function build(shape: readonly number[], value: (...at: number[]) => number): Reference {
  const data = new Float64Array(sizeOf(shape));
  const at = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    data[i] = value(...at);
    for (let d = shape.length - 1; d >= 0 && ++at[d]! === shape[d]; d--) at[d] = 0;
  }
  return { shape, data };
}

export const map = (f: (value: number) => number) => (x: Reference): Reference => ({ shape: x.shape, data: x.data.map(f) });

export const zip = (f: (a: number, b: number) => number) => (a: Reference, b: Reference): Reference => {
  const [long, short] = a.shape.length >= b.shape.length ? [a.shape, b.shape] : [b.shape, a.shape];
  const shape = long.map((length, d) => Math.max(length, short[d - long.length + short.length] ?? 1));
  return build(shape, (...at) => f(get(a, ...at), get(b, ...at)));
};

/** Sums over axes, which stay with length 1. */
export function sum(x: Reference, axes: readonly number[]): Reference {
  const shape = x.shape.map((length, d) => (axes.includes(d) ? 1 : length));
  const data = new Float64Array(sizeOf(shape));
  build(x.shape, (...at) => (data[offset(shape, at)]! += get(x, ...at)));
  return { shape, data };
}

export const mean = (x: Reference, axes: readonly number[]): Reference => map((s) => s / axes.reduce((n, d) => n * x.shape[d]!, 1))(sum(x, axes));

export function variance(x: Reference, axes: readonly number[]): Reference {
  return mean(map((v) => v * v)(zip((a, b) => a - b)(x, mean(x, axes))), axes);
}

export const reshape = (x: Reference, shape: readonly number[]): Reference => ({ shape, data: x.data });

/** [.., n, k] × [.., k, m], of equal leading lengths. */
export function matMul(a: Reference, b: Reference): Reference {
  const k = a.shape.at(-1)!;
  return build([...a.shape.slice(0, -1), b.shape.at(-1)!], (...at) => {
    const [lead, row, column] = [at.slice(0, -2), at.at(-2)!, at.at(-1)!];
    let total = 0;
    for (let i = 0; i < k; i++) total += get(a, ...lead, row, i) * get(b, ...lead, i, column);
    return total;
  });
}

export const transpose = (x: Reference, order: readonly number[]): Reference =>
  build(
    order.map((d) => x.shape[d]!),
    (...at) => get(x, ...x.shape.map((_, d) => at[order.indexOf(d)]!)),
  );

/** NHWC by [height, width, in, out], padded so that the output has ⌈length / stride⌉ places ("same"), or not at all ("valid"). */
export function conv2d(x: Reference, filter: Reference, stride: number, pad: "same" | "valid"): Reference {
  const [n, height, width, inputs] = x.shape as [number, number, number, number];
  const [rows, columns, , outputs] = filter.shape as [number, number, number, number];
  const along = (length: number, taps: number): [number, number] => {
    if (pad === "valid") return [Math.floor((length - taps) / stride) + 1, 0];
    const places = Math.ceil(length / stride);
    return [places, Math.floor(Math.max(0, (places - 1) * stride + taps - length) / 2)];
  };
  const [outHeight, top] = along(height, rows);
  const [outWidth, left] = along(width, columns);
  return build([n, outHeight, outWidth, outputs], (image, y, column, out) => {
    let total = 0;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const [v, u] = [y * stride + i - top, column * stride + j - left];
        if (v < 0 || u < 0 || v >= height || u >= width) continue;
        for (let c = 0; c < inputs; c++) total += get(x, image, v, u, c) * get(filter, i, j, c, out);
      }
    }
    return total;
  });
}

/**
 * What `conv2d` of the same filter, [height, width, out, in], is transposed to: each place of x adds its filter to places of the output,
 * which has `stride` times as many ("same").
 */
export function conv2dTranspose(x: Reference, filter: Reference, stride: number): Reference {
  const [n, height, width, inputs] = x.shape as [number, number, number, number];
  const [rows, columns, outputs] = filter.shape as [number, number, number];
  const [top, left] = [(rows - stride) >> 1, (columns - stride) >> 1];
  return build([n, height * stride, width * stride, outputs], (image, v, u, out) => {
    let total = 0;
    for (let y = 0; y < height; y++) {
      for (let column = 0; column < width; column++) {
        const [i, j] = [v + top - y * stride, u + left - column * stride];
        if (i < 0 || j < 0 || i >= rows || j >= columns) continue;
        for (let c = 0; c < inputs; c++) total += get(x, image, y, column, c) * get(filter, i, j, out, c);
      }
    }
    return total;
  });
}

export function softmax(x: Reference): Reference {
  const last = x.shape.length - 1;
  const exp = map(Math.exp)(x);
  return zip((a, b) => a / b)(exp, sum(exp, [last]));
}

/** ∂(Σ weights · f)/∂inputs[which], by central differences: good to about 1e-9 of the values' size. */
export function gradient(f: (...inputs: Reference[]) => Reference, inputs: readonly Reference[], which: number, weights: Float64Array): Float64Array {
  const loss = (shifted: Float64Array): number => {
    const changed = inputs.map((input, i) => (i === which ? { shape: input.shape, data: shifted } : input));
    return f(...changed).data.reduce((total, value, i) => total + value * weights[i]!, 0);
  };
  const x = inputs[which]!.data;
  return x.map((value, i) => {
    const h = 1e-5 * Math.max(1, Math.abs(value));
    return (loss(x.with(i, value + h)) - loss(x.with(i, value - h))) / (2 * h);
  });
}
