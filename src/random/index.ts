export { normal, permutation, randint, uniform } from "./draws.ts";
export { type Key, foldIn, key, split } from "./key.ts";
export { type Shape } from "./shape.ts";
export { threefry2x32 } from "./threefry.ts";
