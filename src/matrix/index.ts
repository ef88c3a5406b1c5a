export { type Eigen, symmetricEigen } from "./symmetric-eigen.ts";
export { fromEigen, multiply, requireSymmetric, trace } from "./square.ts";
