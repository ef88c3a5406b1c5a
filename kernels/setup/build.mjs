// Bundles src/ and kernels/ into dist/ with esbuild; packages stay outside the bundles.
import { existsSync, renameSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { SetupFailure } from "./failure.mjs";
import { stateFolder } from "./paths.mjs";
import { buildFingerprint, buildStamp, stampText } from "./stamp.mjs";

const kernelEntries = {
  server: "kernels/typescript/server/main.ts",
  session: "kernels/typescript/session/main.ts",
  control: "kernels/typescript/session/control.ts",
  "tslab-session": "kernels/tslab/session/main.ts",
  checker: "kernels/typescript/checker/worker.ts",
};

function common(root) {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20.19",
    packages: "external",
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    logLevel: "silent",
    write: false,
    alias: { noisebook: path.join(root, "src/index.ts") },
  };
}

async function bundle(root) {
  const { build: esbuild } = await import("esbuild");
  const present = (entries) => Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(path.join(root, file))));
  const dist = path.join(root, "dist");
  const results = await Promise.all([
    esbuild({
      ...common(root),
      format: "esm",
      splitting: true,
      outdir: dist,
      chunkNames: "chunks/[name]-[hash]",
      entryPoints: present({ cli: "kernels/cli.ts", noisebook: "src/index.ts", tf: "src/tensor/tf.ts", library: "src/tensor/tensorflow/library.ts" }),
    }),
    esbuild({
      ...common(root),
      format: "cjs",
      outdir: path.join(dist, "kernel"),
      outExtension: { ".js": ".cjs" },
      supported: { "dynamic-import": true },
      define: { "import.meta.url": "__moduleUrl" },
      banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
      entryPoints: present(kernelEntries),
    }),
  ]);
  return results.flatMap((result) => result.outputFiles).map((file) => ({ name: path.relative(dist, file.path), contents: file.contents }));
}

function compileFailure(error) {
  const words = error.errors.map(({ text, location }) =>
    location ? `${location.file}:${location.line}:${location.column}: ${text}` : text,
  );
  return new SetupFailure(`the sources do not build; correct them, then run this again:\n  ${words.join("\n  ")}`, { cause: error });
}

/** Builds into a fresh folder and moves it into place with its stamp, so that an interruption never leaves half a dist/. */
export async function build(root) {
  const fingerprint = buildFingerprint(root);
  const files = await bundle(root).catch((error) => {
    throw error.errors ? compileFailure(error) : error;
  });
  const fresh = path.join(stateFolder(root), `build-${process.pid}`);
  const aside = path.join(stateFolder(root), `old-build-${process.pid}`);
  const dist = path.join(root, "dist");
  try {
    for (const { name, contents } of files) {
      await mkdir(path.dirname(path.join(fresh, name)), { recursive: true });
      await writeFile(path.join(fresh, name), contents);
    }
    await writeFile(
      buildStamp(fresh),
      stampText(
        fingerprint,
        files.map((file) => file.name),
      ),
    );
    await rm(aside, { recursive: true, force: true });
    if (existsSync(dist)) renameSync(dist, aside);
    await rename(fresh, dist);
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(aside, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) await build(path.resolve(import.meta.dirname, "../.."));
