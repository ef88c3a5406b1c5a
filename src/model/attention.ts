import { tensorOps } from "../tensor/index.ts";
import { dense, type Layer } from "./dense.ts";
import { groupNorm } from "./group-norm.ts";
import { type Scope } from "./parameters.ts";

export interface AttentionOptions {
  channels: number;
  groups: number;
  /** Divides the channels. */
  heads: number;
}

/**
 * Self-attention over the pixels of [n, h, w, channels], added to its input: $x + W_o\,\mathrm{softmax}(q k^\top/\sqrt{d})\,v$ of the
 * normalised x, for each head of d = channels/heads channels. $W_o$ is zero at first.
 */
export function attention(scope: Scope, { channels, groups, heads }: AttentionOptions): Layer {
  const norm = groupNorm(scope.of("norm"), { channels, groups });
  const [query, key, value] = ["query", "key", "value"].map((name) => dense(scope.of(name), channels, channels)) as [Layer, Layer, Layer];
  const out = dense(scope.of("out"), channels, channels, { zero: true });
  const size = channels / heads;
  return (x) => {
    const tf = tensorOps();
    const [n, height, width] = x.shape as [number, number, number];
    const pixels = height * width;
    const apart: Layer = (y) =>
      heads === 1 ? tf.reshape(y, [n, pixels, size]) : tf.transpose(tf.reshape(y, [n, pixels, heads, size]), [0, 2, 1, 3]);
    const h = norm(x);
    const scores = tf.matMul(tf.mul(apart(query(h)), size ** -0.5), apart(key(h)), false, true);
    const mixed = tf.matMul(tf.softmax(scores), apart(value(h)));
    const together = heads === 1 ? mixed : tf.transpose(mixed, [0, 2, 1, 3]);
    return tf.add(x, out(tf.reshape(together, x.shape)));
  };
}
