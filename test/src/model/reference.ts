import { type UnetSettings } from "noisebook";
import * as ref from "../tensor/reference.ts";
import { type Reference } from "../tensor/reference.ts";

/** A net's parameters by name, in float64. */
export type Parameters = ReadonlyMap<string, Reference>;

const add = ref.zip((a, b) => a + b);
const mul = ref.zip((a, b) => a * b);

/** The parameters whose names begin with a prefix, without it. */
export class Part {
  readonly #parameters: Parameters;
  readonly #prefix: string;
  constructor(parameters: Parameters, prefix = "") {
    this.#parameters = parameters;
    this.#prefix = prefix;
  }
  of(name: string): Part {
    return new Part(this.#parameters, `${this.#prefix}${name}.`);
  }
  get(name: string): Reference {
    return this.#parameters.get(this.#prefix + name)!;
  }
  has(name: string): boolean {
    return this.#parameters.has(this.#prefix + name);
  }
}

export const swish = ref.map((v) => v / (1 + Math.exp(-v)));

export function dense(part: Part, x: Reference): Reference {
  const inputs = x.shape.at(-1)!;
  const rows = ref.reshape(x, [x.data.length / inputs, inputs]);
  const y = add(ref.matMul(rows, part.get("kernel")), part.get("bias"));
  return ref.reshape(y, [...x.shape.slice(0, -1), y.shape[1]!]);
}

export const conv = (part: Part, x: Reference, stride = 1): Reference => add(ref.conv2d(x, part.get("kernel"), stride, "same"), part.get("bias"));

export function groupNorm(part: Part, x: Reference, groups: number): Reference {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const grouped = ref.reshape(x, [n, h * w, groups, c / groups]);
  const centred = ref.zip((a, b) => a - b)(grouped, ref.mean(grouped, [1, 3]));
  const even = ref.zip((a, v) => a / Math.sqrt(v + 1e-6))(centred, ref.variance(grouped, [1, 3]));
  return add(mul(ref.reshape(even, x.shape), part.get("scale")), part.get("shift"));
}

export function sinusoids(t: Reference, size: number): Reference {
  const half = size / 2;
  return ref.build([t.shape[0]!, size], (n, i) => (i < half ? Math.sin : Math.cos)((ref.get(t, n) - 1) * Math.fround(10000 ** (-(i % half) / (half - 1)))));
}

export const timeEmbedding = (part: Part, t: Reference, size: number): Reference =>
  dense(part.of("dense1"), swish(dense(part.of("dense0"), sinusoids(t, size))));

export function attention(part: Part, x: Reference, groups: number, heads: number): Reference {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const size = c / heads;
  const normed = groupNorm(part.of("norm"), x, groups);
  const apart = (name: string): Reference => ref.transpose(ref.reshape(dense(part.of(name), normed), [n, h * w, heads, size]), [0, 2, 1, 3]);
  const scores = ref.map((s) => s / Math.sqrt(size))(ref.matMul(apart("query"), ref.transpose(apart("key"), [0, 1, 3, 2])));
  const mixed = ref.transpose(ref.matMul(ref.softmax(scores), apart("value")), [0, 2, 1, 3]);
  return add(x, dense(part.of("out"), ref.reshape(mixed, x.shape)));
}

export function residualBlock(part: Part, x: Reference, embedding: Reference, groups: number): Reference {
  const told = dense(part.of("time"), swish(embedding));
  const h = add(conv(part.of("conv1"), swish(groupNorm(part.of("norm1"), x, groups))), ref.reshape(told, [told.shape[0]!, 1, 1, told.shape[1]!]));
  const out = conv(part.of("conv2"), swish(groupNorm(part.of("norm2"), h, groups)));
  return add(part.has("shortcut.kernel") ? dense(part.of("shortcut"), x) : x, out);
}

export const doubled = (x: Reference): Reference =>
  ref.build([x.shape[0]!, 2 * x.shape[1]!, 2 * x.shape[2]!, x.shape[3]!], (n, i, j, c) => ref.get(x, n, i >> 1, j >> 1, c));

const concat = (a: Reference, b: Reference): Reference => {
  const split = a.shape[3]!;
  return ref.build([...a.shape.slice(0, 3), split + b.shape[3]!], (n, i, j, c) => (c < split ? ref.get(a, n, i, j, c) : ref.get(b, n, i, j, c - split)));
};

/** The U-Net of Ho et al.'s code, as it reads there, by our parameters' names. */
export function unet(parameters: Parameters, settings: UnetSettings, x: Reference, t: Reference, labels?: readonly number[]): Reference {
  const { image, baseChannels, channelMultipliers, blocksPerLevel, attentionResolutions, groups, heads, classes } = settings;
  const net = new Part(parameters);
  let embedding = timeEmbedding(net.of("time"), t, baseChannels);
  if (classes > 0) embedding = add(embedding, ref.build(embedding.shape, (n, i) => ref.get(net.get("label.table"), labels?.[n] ?? classes, i)));
  const stage = (here: Part, level: number, i: number, h: Reference): Reference => {
    const out = residualBlock(here.of(`block.${i}`), h, embedding, groups);
    return attentionResolutions.includes(image.height / 2 ** level) ? attention(here.of(`attention.${i}`), out, groups, heads) : out;
  };
  const left = [conv(net.of("convIn"), x)];
  const levels = channelMultipliers.length;
  for (let level = 0; level < levels; level++) {
    const here = net.of(`down.${level}`);
    for (let i = 0; i < blocksPerLevel; i++) left.push(stage(here, level, i, left.at(-1)!));
    if (level < levels - 1) left.push(conv(here.of("downsample"), left.at(-1)!, 2));
  }
  let h = residualBlock(net.of("middle.block.0"), left.at(-1)!, embedding, groups);
  h = attention(net.of("middle.attention"), h, groups, heads);
  h = residualBlock(net.of("middle.block.1"), h, embedding, groups);
  for (let level = levels - 1; level >= 0; level--) {
    const here = net.of(`up.${level}`);
    for (let i = 0; i <= blocksPerLevel; i++) h = stage(here, level, i, concat(h, left.pop()!));
    if (level > 0) h = conv(here.of("upsample"), doubled(h));
  }
  return conv(net.of("convOut"), swish(groupNorm(net.of("normOut"), h, groups)));
}

/** The MLP: residual blocks of dense layers. */
export function mlp(parameters: Parameters, settings: { width: number; blocks: number }, x: Reference, t: Reference): Reference {
  const net = new Part(parameters);
  const embedding = swish(timeEmbedding(net.of("time"), t, settings.width));
  let h = dense(net.of("denseIn"), x);
  for (let i = 0; i < settings.blocks; i++) {
    const block = net.of(`block.${i}`);
    const inner = add(dense(block.of("dense1"), swish(h)), dense(block.of("time"), embedding));
    h = add(h, dense(block.of("dense2"), swish(inner)));
  }
  return dense(net.of("denseOut"), swish(h));
}
