import { type NamedArray } from "./safetensors.ts";

/** Groups of arrays as one map: `{ weights, ema }` become `weights/…` and `ema/…`. Groups that are undefined are left out. */
export function joinTensors(groups: Readonly<Record<string, ReadonlyMap<string, NamedArray> | undefined>>): Map<string, NamedArray> {
  const named = (group: string, arrays: ReadonlyMap<string, NamedArray> = new Map()) =>
    Array.from(arrays, ([name, array]) => [`${group}/${name}`, array] as const);
  return new Map(Object.entries(groups).flatMap(([group, arrays]) => named(group, arrays)));
}

/** The arrays of one group, under the names that they had in it; none where there is no such group. */
export function tensorGroup(tensors: ReadonlyMap<string, NamedArray>, group: string): Map<string, NamedArray> {
  const prefix = `${group}/`;
  return new Map(Array.from(tensors).flatMap(([name, array]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), array] as const] : [])));
}

/** The same arrays, known to be float32, as a model's weights are. TypeError that names the first that is not. */
export function float32Tensors(tensors: ReadonlyMap<string, NamedArray>): Map<string, NamedArray & { readonly data: Float32Array }> {
  return new Map(
    Array.from(tensors, ([name, { shape, data }]) => {
      if (!(data instanceof Float32Array)) throw new TypeError(`tensor "${name}" is a ${data.constructor.name}: a Float32Array is needed`);
      return [name, { shape, data }] as const;
    }),
  );
}
