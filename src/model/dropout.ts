import { type Tensor } from "../tensor/index.ts";

/** Dropout of a share of the values, by a seed, int32 [2]; what is passed through where there is none. */
export function dropper(rate: number, seed: Tensor | undefined): (x: Tensor) => Tensor {
  if (rate === 0 || seed === undefined) return (x) => x;
  throw new Error("dropout awaits the noise of src/tensor/noise.ts");
}
