export { type Algebra, type ScalarOf } from "./algebra.ts";
export { arrayAlgebra } from "./array.ts";
export { Dual, derivative, dual, dualAlgebra } from "./dual.ts";
export { numberAlgebra } from "./number.ts";
export { algebraOf, registerAlgebra } from "./registry.ts";
