import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { type Compiled, commonJsParameters } from "./compile.ts";
import { namespaceOfCommonJs } from "./native.ts";
import { createNamespace, type LocalModule, type Namespace } from "./record.ts";

export interface Services {
  readonly dynamicImport: (specifier: string, attributes?: Record<string, string>) => Promise<object>;
  readonly resolve: (specifier: string) => string;
  readonly require: NodeJS.Require;
}

type Steps = Generator<void, void, readonly unknown[]> | AsyncGenerator<void, void, readonly unknown[]>;
type ModuleFunction = (namespace: Namespace, dynamicImport: unknown, meta: object, require: NodeJS.Require) => Steps;
type Body = Pick<LocalModule, "link" | "run">;

const nothingToLink = (): void => {};

/** A compiled file as a module of the graph whose exports are defined and whose body has not run. */
export function instantiate(file: string, stamp: string, compiled: Compiled, services: Services): LocalModule {
  const url = pathToFileURL(file).href;
  const namespace = createNamespace();
  const base = { file, url, stamp, namespace, dependencies: [], dynamic: new Set<string>(), status: "linked" as const, suspended: false };
  const dynamicImport = async (specifier: unknown, options?: { with?: Record<string, string> }): Promise<object> =>
    services.dynamicImport(String(specifier), options?.with);
  switch (compiled.kind) {
    case "module":
      return { ...base, kind: "module", ...moduleBody(url, file, namespace, compiled, dynamicImport, services) };
    case "json":
      return { ...base, kind: "json", link: nothingToLink, run: () => void namespaceOfCommonJs(compiled.value, namespace) };
    case "commonjs": {
      const commonJs: { exports: unknown } = { exports: {} };
      const run = (): void => {
        const body = vm.compileFunction(compiled.code, [...commonJsParameters], { filename: url }) as (...values: unknown[]) => void;
        const { exports } = commonJs;
        body.call(exports, exports, services.require, Object.assign(commonJs, { id: file, filename: file, require: services.require }), file, dirname(file), dynamicImport);
        namespaceOfCommonJs(commonJs.exports, namespace);
      };
      return { ...base, kind: "commonjs", link: nothingToLink, run, commonJs };
    }
  }
}

function moduleBody(
  url: string,
  file: string,
  namespace: Namespace,
  { code, async }: Extract<Compiled, { kind: "module" }>,
  dynamicImport: unknown,
  { resolve, require }: Services,
): Body {
  const meta = Object.assign(Object.create(null) as object, { url, filename: file, dirname: dirname(file), resolve });
  const steps = (vm.runInThisContext(code, { filename: url }) as ModuleFunction)(namespace, dynamicImport, meta, require);
  if (async) {
    const asyncSteps = steps as AsyncGenerator<void, void, readonly unknown[]>;
    void asyncSteps.next([]);
    return {
      link: (namespaces) => void asyncSteps.next(namespaces),
      run: async (namespaces) => void (await asyncSteps.next(namespaces)),
    };
  }
  const syncSteps = steps as Generator<void, void, readonly unknown[]>;
  syncSteps.next([]);
  return { link: (namespaces) => void syncSteps.next(namespaces), run: (namespaces) => void syncSteps.next(namespaces) };
}
