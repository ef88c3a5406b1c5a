import { createRequire } from "node:module";

export interface RequireHooks {
  readonly load: (specifier: string) => unknown;
  /** The local file that a specifier means; undefined for what Node.js resolves itself. */
  readonly resolve: (specifier: string) => string | undefined;
}

/** A `require` for one file, with Node's own properties; local files go through our graph. */
export function createRequireFor(file: string, { load, resolve }: RequireHooks): NodeJS.Require {
  const native = createRequire(file);
  const resolveAny = (specifier: string, options?: { paths?: string[] }): string => (options?.paths ? undefined : resolve(specifier)) ?? native.resolve(specifier, options);
  const require = (specifier: string): unknown => {
    if (typeof specifier !== "string") return native(specifier);
    return load(specifier);
  };
  return Object.assign(require, native, { resolve: Object.assign(resolveAny, { paths: native.resolve.paths }) }) as NodeJS.Require;
}
