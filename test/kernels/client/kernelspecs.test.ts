import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataDirs } from "../../../kernels/client/data-dirs.ts";
import { findKernel, listKernels } from "../../../kernels/client/kernelspecs.ts";
import { chooseKernel } from "../../../kernels/client/run/choose-kernel.ts";
import { World } from "./fixtures/world.ts";

let world: World;
beforeAll(async () => {
  world = await World.make();
});
afterAll(() => world.remove());

const notebook = (metadata: Record<string, unknown>) => ({ nbformat: 4 as const, nbformat_minor: 5, metadata, cells: [] });

describe("kernelspecs", () => {
  it("are found as Jupyter finds them, JUPYTER_PATH first", () => {
    const dirs = dataDirs({ JUPYTER_PATH: ["/one", "/two"].join(path.delimiter), JUPYTER_DATA_DIR: "/data", VIRTUAL_ENV: "/venv" });
    expect(dirs.slice(0, 2)).toEqual([path.resolve("/one"), path.resolve("/two")]);
    const environment = dirs.indexOf(path.resolve("/venv/share/jupyter"));
    const user = dirs.indexOf(path.resolve("/data"));
    expect(environment).toBeGreaterThan(1);
    expect(user).toBeGreaterThan(environment);
    const preferred = dataDirs({ JUPYTER_DATA_DIR: "/data", VIRTUAL_ENV: "/venv", JUPYTER_PREFER_ENV_PATH: "0" });
    expect(preferred.indexOf(path.resolve("/data"))).toBeLessThan(preferred.indexOf(path.resolve("/venv/share/jupyter")));
  });

  it("always hold our own, whatever is installed", () => {
    world.install("noisebook", { argv: ["other"], display_name: "Other", language: "other" });
    const own = findKernel("noisebook", listKernels({ ...world.env }));
    expect(own).toMatchObject({ dir: undefined, spec: { language: "typescript" } });
    expect(findKernel("NoiseBook", listKernels({}))).toMatchObject({ name: "noisebook" });
  });

  it("that are unknown are told of, with those that are known", () => {
    expect(() => findKernel("nope", listKernels({ ...world.env }))).toThrow(/^no kernel "nope" is installed; installed are noisebook \(typescript\), .*fake-plain \(steps\)/);
    expect(() => findKernel("../fake-plain", listKernels({ ...world.env }))).toThrow("no kernel");
  });

  it("that are broken are told of when they are asked for", () => {
    world.install("damaged", "{");
    world.install("empty", {});
    const listing = listKernels({ ...world.env });
    expect(() => findKernel("damaged", listing)).toThrow(/kernel "damaged" cannot be used: .*kernel\.json cannot be read/);
    expect(() => findKernel("empty", listing)).toThrow("has no argv");
    expect(listing.kernels.map(({ name }) => name)).toContain("fake-plain");
  });

  it("are chosen by name, else by language", () => {
    const listing = listKernels({ ...world.env });
    expect(chooseKernel(notebook({ kernelspec: { name: "fake-plain" } }), undefined, listing).name).toBe("fake-plain");
    expect(chooseKernel(notebook({ kernelspec: { name: "gone" } }), "fake-stubborn", listing).name).toBe("fake-stubborn");
    expect(chooseKernel(notebook({ language_info: { name: "TypeScript" } }), undefined, listing).name).toBe("noisebook");
    expect(() => chooseKernel(notebook({ kernelspec: { name: "deno" }, language_info: { name: "typescript" } }), undefined, listing)).toThrow(
      /wants kernel "deno" \(typescript\), which is not installed; .*--kernel noisebook runs the same language/,
    );
    expect(() => chooseKernel(notebook({ language_info: { name: "fortran" } }), undefined, listing)).toThrow("no kernel for fortran is installed");
    expect(() => chooseKernel(notebook({}), undefined, listing)).toThrow("names neither a kernel nor a language");
  });
});
