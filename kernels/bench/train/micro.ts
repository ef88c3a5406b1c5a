import { median } from "../statistics.ts";

type TensorFlow = typeof import("@tensorflow/tfjs");

/** Seconds of one operation on little data: what a call costs apart from its arithmetic. */
export interface PerOperation {
  readonly AddV2: number;
  readonly Conv2D: number;
}

export function perOperation(tf: TensorFlow): PerOperation {
  const four = tf.tensor1d([1, 2, 3, 4]);
  const image = tf.tensor4d(new Float32Array(16), [1, 4, 4, 1]);
  const kernel = tf.tensor4d(new Float32Array(9), [3, 3, 1, 1]);
  const each = (count: number, operation: () => { dispose(): void }): number => {
    const batches = Array.from({ length: 12 }, () => {
      const started = performance.now();
      for (let i = 0; i < count; i++) operation().dispose();
      return (performance.now() - started) / 1000 / count;
    });
    // The first ones warm up.
    return median(batches.slice(2));
  };
  const found = { AddV2: each(1000, () => tf.add(four, four)), Conv2D: each(300, () => tf.conv2d(image, kernel, 1, "same")) };
  tf.dispose([four, image, kernel]);
  return found;
}

/** Bytes a second between JavaScript and tensors. */
export interface Transfer {
  readonly bytes: number;
  readonly upload: number;
  readonly download: number;
}

/** 64 MB of float32 there and back. Downloads go into fresh memory, as those of `data()` do. */
export async function transfer(tf: TensorFlow): Promise<Transfer> {
  const numbers = new Float32Array(16e6).fill(1.5);
  const [up, down]: [number[], number[]] = [[], []];
  for (let i = 0; i < 6; i++) {
    let started = performance.now();
    const tensor = tf.tensor1d(numbers);
    // tfjs uploads no sooner than somebody asks for an operation.
    const first = tf.slice(tensor, 0, 1);
    up.push(performance.now() - started);
    // Of a result, which is nowhere but in the backend.
    const result = tf.add(tensor, first);
    started = performance.now();
    await result.data();
    down.push(performance.now() - started);
    tf.dispose([tensor, first, result]);
  }
  const rate = (milliseconds: readonly number[]): number => numbers.byteLength / (median(milliseconds.slice(1)) / 1000);
  return { bytes: numbers.byteLength, upload: rate(up), download: rate(down) };
}
