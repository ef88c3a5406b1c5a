import { isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { resolve as resolvePackage } from "import-meta-resolve";
import { moduleNotFound } from "./errors.ts";
import { candidates, isFile, isPackageFile } from "./files.ts";
import { mappedPaths, type TsConfigs } from "./tsconfig.ts";

/** `local`: a file of our own graph. `native`: what Node.js imports itself, by this specifier, as if from this file. */
export type Resolved = { readonly kind: "local"; readonly file: string } | { readonly kind: "native"; readonly specifier: string; readonly from: string; readonly url: string };

const sources = /\.(?:[cm]?[jt]s|tsx|json)$/;
const tensorflow = /^@tensorflow\/tfjs(?:-node(?:-gpu)?)?$/;

export class Resolver {
  readonly #packageRoot: string;
  readonly #configs: TsConfigs;

  constructor(packageRoot: string, configs: TsConfigs) {
    this.#packageRoot = packageRoot;
    this.#configs = configs;
  }

  /** @throws Error with code ERR_MODULE_NOT_FOUND, or Node's own code for a package that refuses */
  resolve(specifier: string, importer: string): Resolved {
    if (isBuiltin(specifier)) return { kind: "native", specifier, from: importer, url: specifier.startsWith("node:") ? specifier : `node:${specifier}` };
    if (/^(?:data|https?|blob):/.test(specifier)) return { kind: "native", specifier, from: importer, url: specifier };
    const written = specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier;
    if (/^\.{1,2}(?:\/|$)/.test(written) || path.isAbsolute(written)) {
      return this.#file(path.resolve(path.dirname(importer), written), specifier, importer);
    }
    return this.#own(specifier, importer) ?? this.#mapped(specifier, importer) ?? this.#package(specifier, importer);
  }

  #file(target: string, specifier: string, importer: string): Resolved {
    // A query makes Node.js load a file once more; our graph knows by itself when to.
    const plain = target.replace(/[?#].*$/, "");
    for (const each of target === plain ? [target] : [target, plain]) {
      const found = candidates(each).find(isFile);
      if (found) return localOrNative(found);
    }
    const tried = sources.test(plain) ? candidates(plain).filter((each) => each.length <= plain.length) : candidates(plain);
    throw moduleNotFound(specifier, importer, `there is no ${tried.join(", ")}`);
  }

  /** The core is live source, and there is one tfjs and one tslab for everyone: whatever is installed where the notebook is. */
  #own(specifier: string, importer: string): Resolved | undefined {
    const source = path.join(this.#packageRoot, "src");
    if (specifier === "noisebook") return { kind: "local", file: path.join(source, "index.ts") };
    if (specifier.startsWith("noisebook/")) return this.#file(path.join(source, specifier.slice("noisebook/".length)), specifier, importer);
    if (specifier === "tslab") return { kind: "local", file: path.join(this.#packageRoot, "kernels", "tslab", "api.ts") };
    if (!tensorflow.test(specifier)) return undefined;
    const tensor = path.join(source, "tensor");
    const tf = path.join(tensor, "tf.ts");
    return isPackageFile(importer) || importer.startsWith(tensor + path.sep) || !isFile(tf) ? undefined : { kind: "local", file: tf };
  }

  #mapped(specifier: string, importer: string): Resolved | undefined {
    if (isPackageFile(importer) || specifier.startsWith("#")) return undefined;
    for (const target of mappedPaths(specifier, this.#configs.for(path.dirname(importer)))) {
      const found = candidates(target).find((each) => !/\.d\.[cm]?ts$/.test(each) && isFile(each));
      if (found) return localOrNative(found);
    }
    return undefined;
  }

  #package(specifier: string, importer: string): Resolved {
    const roots = [importer, path.join(this.#packageRoot, "package.json")];
    let failure: unknown;
    for (const from of roots) {
      try {
        const url = resolvePackage(specifier, pathToFileURL(from).href);
        const file = url.startsWith("file:") ? fileURLToPath(url) : "";
        // A linked package of a workspace may be TypeScript that nobody compiles; JSON is the same for everyone.
        if (file.endsWith(".json") || (/\.(?:[cm]?ts|tsx)$/.test(file) && !isPackageFile(file))) return { kind: "local", file };
        return { kind: "native", specifier, from, url };
      } catch (error) {
        failure ??= error;
        if ((error as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw error;
      }
    }
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
    const message = failure instanceof Error ? failure.message : "";
    if (!message.startsWith("Cannot find package")) throw failure;
    throw moduleNotFound(specifier, importer, `no node_modules above it has ${name} (npm install ${name} there)`);
  }
}

function localOrNative(file: string): Resolved {
  if (file.endsWith(".json") || (sources.test(file) && !isPackageFile(file))) return { kind: "local", file };
  const url = pathToFileURL(file).href;
  return { kind: "native", specifier: url, from: file, url };
}
