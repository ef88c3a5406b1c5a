// Bundles src/ and kernels/ into dist/ with esbuild; packages stay outside the bundles.
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";

const kernelEntries = {
  server: "kernels/typescript/server/main.ts",
  session: "kernels/typescript/session/main.ts",
  control: "kernels/typescript/session/control.ts",
  checker: "kernels/typescript/checker/worker.ts",
};

/** Builds into a fresh folder and swaps it in, so that an interrupted build never leaves half a dist/. */
export async function build(root) {
  const { build: esbuild } = await import("esbuild");
  const fresh = path.join(root, `dist.${process.pid}`);
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20.19",
    packages: "external",
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    logLevel: "silent",
    alias: { noisebook: path.join(root, "src/index.ts") },
  };
  const present = (entries) => Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(path.join(root, file))));
  try {
    await esbuild({
      ...common,
      format: "esm",
      splitting: true,
      outdir: fresh,
      chunkNames: "chunks/[name]-[hash]",
      entryPoints: present({ cli: "kernels/cli.ts", noisebook: "src/index.ts" }),
    });
    await esbuild({
      ...common,
      format: "cjs",
      outdir: path.join(fresh, "kernel"),
      outExtension: { ".js": ".cjs" },
      supported: { "dynamic-import": true },
      define: { "import.meta.url": "__moduleUrl" },
      banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
      entryPoints: present(kernelEntries),
    });
    const dist = path.join(root, "dist");
    await rm(dist, { recursive: true, force: true });
    await rename(fresh, dist);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) await build(path.resolve(import.meta.dirname, "../.."));
