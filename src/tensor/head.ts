/** A tensor in one line: `Tensor float32 [2, 3]`. */
export function tensorHead({ dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] }, is: { readonly variable: boolean; readonly disposed: boolean }): string {
  return `${is.variable ? "Variable" : "Tensor"} ${dtype} [${shape.join(", ")}]${is.disposed ? " (disposed)" : ""}`;
}
