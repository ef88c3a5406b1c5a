export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Variable } from "@tensorflow/tfjs-core/dist/tensor.js";

/**
 * What models and training use of TensorFlow.js, each with TensorFlow.js's own type. Its whole declarations, 600 files, stay out of whatever
 * `import "noisebook"` reaches: every notebook's type check would pay for them.
 */
export interface Ops {
  abs: typeof import("@tensorflow/tfjs-core/dist/ops/abs.js").abs;
  add: typeof import("@tensorflow/tfjs-core/dist/ops/add.js").add;
  addN: typeof import("@tensorflow/tfjs-core/dist/ops/add_n.js").addN;
  avgPool: typeof import("@tensorflow/tfjs-core/dist/ops/avg_pool.js").avgPool;
  broadcastTo: typeof import("@tensorflow/tfjs-core/dist/ops/broadcast_to.js").broadcastTo;
  cast: typeof import("@tensorflow/tfjs-core/dist/ops/cast.js").cast;
  clipByValue: typeof import("@tensorflow/tfjs-core/dist/ops/clip_by_value.js").clipByValue;
  concat: typeof import("@tensorflow/tfjs-core/dist/ops/concat.js").concat;
  conv2d: typeof import("@tensorflow/tfjs-core/dist/ops/conv2d.js").conv2d;
  conv2dTranspose: typeof import("@tensorflow/tfjs-core/dist/ops/conv2d_transpose.js").conv2dTranspose;
  cos: typeof import("@tensorflow/tfjs-core/dist/ops/cos.js").cos;
  div: typeof import("@tensorflow/tfjs-core/dist/ops/div.js").div;
  equal: typeof import("@tensorflow/tfjs-core/dist/ops/equal.js").equal;
  exp: typeof import("@tensorflow/tfjs-core/dist/ops/exp.js").exp;
  expandDims: typeof import("@tensorflow/tfjs-core/dist/ops/expand_dims.js").expandDims;
  fill: typeof import("@tensorflow/tfjs-core/dist/ops/fill.js").fill;
  floor: typeof import("@tensorflow/tfjs-core/dist/ops/floor.js").floor;
  gather: typeof import("@tensorflow/tfjs-core/dist/ops/gather.js").gather;
  greater: typeof import("@tensorflow/tfjs-core/dist/ops/greater.js").greater;
  less: typeof import("@tensorflow/tfjs-core/dist/ops/less.js").less;
  log: typeof import("@tensorflow/tfjs-core/dist/ops/log.js").log;
  logicalAnd: typeof import("@tensorflow/tfjs-core/dist/ops/logical_and.js").logicalAnd;
  matMul: typeof import("@tensorflow/tfjs-core/dist/ops/mat_mul.js").matMul;
  max: typeof import("@tensorflow/tfjs-core/dist/ops/max.js").max;
  maximum: typeof import("@tensorflow/tfjs-core/dist/ops/maximum.js").maximum;
  mean: typeof import("@tensorflow/tfjs-core/dist/ops/mean.js").mean;
  min: typeof import("@tensorflow/tfjs-core/dist/ops/min.js").min;
  minimum: typeof import("@tensorflow/tfjs-core/dist/ops/minimum.js").minimum;
  moments: typeof import("@tensorflow/tfjs-core/dist/ops/moments.js").moments;
  mul: typeof import("@tensorflow/tfjs-core/dist/ops/mul.js").mul;
  neg: typeof import("@tensorflow/tfjs-core/dist/ops/neg.js").neg;
  norm: typeof import("@tensorflow/tfjs-core/dist/ops/norm.js").norm;
  notEqual: typeof import("@tensorflow/tfjs-core/dist/ops/not_equal.js").notEqual;
  oneHot: typeof import("@tensorflow/tfjs-core/dist/ops/one_hot.js").oneHot;
  ones: typeof import("@tensorflow/tfjs-core/dist/ops/ones.js").ones;
  onesLike: typeof import("@tensorflow/tfjs-core/dist/ops/ones_like.js").onesLike;
  pad: typeof import("@tensorflow/tfjs-core/dist/ops/pad.js").pad;
  pow: typeof import("@tensorflow/tfjs-core/dist/ops/pow.js").pow;
  range: typeof import("@tensorflow/tfjs-core/dist/ops/range.js").range;
  relu: typeof import("@tensorflow/tfjs-core/dist/ops/relu.js").relu;
  reshape: typeof import("@tensorflow/tfjs-core/dist/ops/reshape.js").reshape;
  rsqrt: typeof import("@tensorflow/tfjs-core/dist/ops/rsqrt.js").rsqrt;
  scalar: typeof import("@tensorflow/tfjs-core/dist/ops/scalar.js").scalar;
  sigmoid: typeof import("@tensorflow/tfjs-core/dist/ops/sigmoid.js").sigmoid;
  sign: typeof import("@tensorflow/tfjs-core/dist/ops/sign.js").sign;
  sin: typeof import("@tensorflow/tfjs-core/dist/ops/sin.js").sin;
  slice: typeof import("@tensorflow/tfjs-core/dist/ops/slice.js").slice;
  softmax: typeof import("@tensorflow/tfjs-core/dist/ops/softmax.js").softmax;
  softplus: typeof import("@tensorflow/tfjs-core/dist/ops/softplus.js").softplus;
  split: typeof import("@tensorflow/tfjs-core/dist/ops/split.js").split;
  sqrt: typeof import("@tensorflow/tfjs-core/dist/ops/sqrt.js").sqrt;
  square: typeof import("@tensorflow/tfjs-core/dist/ops/square.js").square;
  squaredDifference: typeof import("@tensorflow/tfjs-core/dist/ops/squared_difference.js").squaredDifference;
  squeeze: typeof import("@tensorflow/tfjs-core/dist/ops/squeeze.js").squeeze;
  stack: typeof import("@tensorflow/tfjs-core/dist/ops/stack.js").stack;
  sub: typeof import("@tensorflow/tfjs-core/dist/ops/sub.js").sub;
  sum: typeof import("@tensorflow/tfjs-core/dist/ops/sum.js").sum;
  tanh: typeof import("@tensorflow/tfjs-core/dist/ops/tanh.js").tanh;
  tensor: typeof import("@tensorflow/tfjs-core/dist/ops/tensor.js").tensor;
  tensor1d: typeof import("@tensorflow/tfjs-core/dist/ops/tensor1d.js").tensor1d;
  tensor2d: typeof import("@tensorflow/tfjs-core/dist/ops/tensor2d.js").tensor2d;
  tensor4d: typeof import("@tensorflow/tfjs-core/dist/ops/tensor4d.js").tensor4d;
  tile: typeof import("@tensorflow/tfjs-core/dist/ops/tile.js").tile;
  transpose: typeof import("@tensorflow/tfjs-core/dist/ops/transpose.js").transpose;
  unstack: typeof import("@tensorflow/tfjs-core/dist/ops/unstack.js").unstack;
  variable: typeof import("@tensorflow/tfjs-core/dist/ops/variable.js").variable;
  where: typeof import("@tensorflow/tfjs-core/dist/ops/where.js").where;
  zeros: typeof import("@tensorflow/tfjs-core/dist/ops/zeros.js").zeros;
  zerosLike: typeof import("@tensorflow/tfjs-core/dist/ops/zeros_like.js").zerosLike;

  customGrad: typeof import("@tensorflow/tfjs-core/dist/gradients.js").customGrad;
  grad: typeof import("@tensorflow/tfjs-core/dist/gradients.js").grad;
  grads: typeof import("@tensorflow/tfjs-core/dist/gradients.js").grads;
  valueAndGrad: typeof import("@tensorflow/tfjs-core/dist/gradients.js").valueAndGrad;
  valueAndGrads: typeof import("@tensorflow/tfjs-core/dist/gradients.js").valueAndGrads;
  variableGrads: typeof import("@tensorflow/tfjs-core/dist/gradients.js").variableGrads;

  dispose: typeof import("@tensorflow/tfjs-core/dist/globals.js").dispose;
  engine: typeof import("@tensorflow/tfjs-core/dist/globals.js").engine;
  getBackend: typeof import("@tensorflow/tfjs-core/dist/globals.js").getBackend;
  keep: typeof import("@tensorflow/tfjs-core/dist/globals.js").keep;
  memory: typeof import("@tensorflow/tfjs-core/dist/globals.js").memory;
  tidy: typeof import("@tensorflow/tfjs-core/dist/globals.js").tidy;
}

const slot = Symbol.for("noisebook.tensorOps");
const state = globalThis as { [slot]?: Ops };

/**
 * The TensorFlow.js that is loaded in this process.
 *
 * @throws Error before tensors are loaded
 */
export function tensorOps(): Ops {
  if (!state[slot]) throw new Error('no tensors are loaded yet: import * as tf from "@tensorflow/tfjs-node-gpu" first');
  return state[slot];
}

/** Called once, by who loads TensorFlow.js. */
export function provideTensorOps(ops: Ops): void {
  state[slot] = ops;
}
