import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Fixture } from "./fixture.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await new Fixture().open();
});
afterEach(() => fixture.close());

const state = (): string[] => [fixture.identity("node_modules/.noisebook-stamp.json"), fixture.identity("dist/.stamp.json")];

describe("set-up of a fresh clone", () => {
  it("installs the packages of this platform, builds, and leaves nothing else behind", async () => {
    const run = await fixture.setUp();
    expect(run).toMatchObject({ code: 0, stdout: "" });
    expect(run.stderr).toContain("4 packages");
    for (const name of ["esbuild", "runtime", "development", "native"])
      expect(fixture.exists(`node_modules/${name}/package.json`)).toBe(true);
    expect(fixture.exists("node_modules/foreign")).toBe(false);
    for (const name of ["cli.js", "noisebook.js"]) expect(fixture.exists(`dist/${name}`)).toBe(true);
    expect(readdirSync(fixture.path(".noisebook"))).toEqual(["logs"]);
    expect(readdirSync(fixture.home)).toEqual([]);
    expect(execFileSync(process.execPath, ["dist/cli.js", "a"], { cwd: fixture.root, encoding: "utf8" })).toBe("42 a\n");
  });

  it("does nothing and says nothing the second time", async () => {
    await fixture.setUp();
    const before = state();
    fixture.registry.requests.length = 0;
    expect(await fixture.setUp()).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
    expect(state()).toEqual(before);
    expect(fixture.registry.requests).toEqual([]);
  });

  it("wins over a user's npm configuration that turns off scripts, optional and development packages", async () => {
    writeFileSync(
      path.join(fixture.folder, "user-npmrc"),
      "ignore-scripts=true\nomit[]=optional\nomit[]=dev\nengine-strict=true\npackage-lock=false\n",
    );
    const run = await fixture.setUp({ NODE_ENV: "production", npm_config_loglevel: "silent" });
    expect(run.code).toBe(0);
    expect(fixture.exists("node_modules/development") && fixture.exists("node_modules/native")).toBe(true);
  });

  it("keeps every download in NOISEBOOK_CACHE where it is set", async () => {
    const cache = path.join(fixture.folder, "elsewhere");
    expect((await fixture.setUp({ NOISEBOOK_CACHE: cache })).code).toBe(0);
    expect(readdirSync(path.join(cache, "npm"))).toContain("_cacache");
    expect(readdirSync(fixture.folder)).not.toContain("cache");
    expect(readdirSync(fixture.home)).toEqual([]);
  });

  it("runs the command right away", async () => {
    const run = await fixture.start(["kernels/setup/bin.mjs", "run", "x"]).done;
    expect(run).toMatchObject({ code: 0, stdout: "42 run x\n" });
  });

  it("says what is there", async () => {
    const run = await fixture.start(["kernels/setup/bin.mjs", "setup"]).done;
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^packages +4 from package-lock.json, installed now$/m);
    expect(run.stdout).toMatch(/^build +dist\/, built now$/m);
    expect((await fixture.start(["kernels/setup/bin.mjs", "setup"]).done).stdout).toMatch(
      /^packages +4 from package-lock.json, already there$/m,
    );
    expect((await fixture.start(["kernels/setup/bin.mjs", "setup", "--nonsense"]).done).code).toBe(2);
  });
});

describe("set-up after a change", () => {
  it("rebuilds, and only rebuilds, when a source changed", async () => {
    await fixture.setUp();
    const [packages, build] = state();
    fixture.write("src/index.ts", "export const answer: number = 43;\n");
    const run = await fixture.start(["kernels/setup/bin.mjs"]).done;
    expect(run.stdout).toBe("43\n");
    expect(run.stderr).toMatch(/^set-up: built dist\/ in [\d.]+ s\n$/);
    expect(state()[0]).toBe(packages);
    expect(state()[1]).not.toBe(build);
  });

  it("rebuilds when a built file is gone", async () => {
    await fixture.setUp();
    execFileSync("rm", [fixture.path("dist/noisebook.js")]);
    expect((await fixture.setUp()).code).toBe(0);
    expect(fixture.exists("dist/noisebook.js")).toBe(true);
  });

  it.each(["", "null", "[]", "{}", "of an earlier form"])("does not trust a damaged stamp (%j)", async (text) => {
    await fixture.setUp();
    for (const stamp of ["node_modules/.noisebook-stamp.json", "dist/.stamp.json"]) {
      const { fingerprint } = JSON.parse(fixture.read(stamp)) as { fingerprint: string };
      fixture.write(stamp, text === "of an earlier form" ? JSON.stringify({ fingerprint }) : text);
    }
    expect((await fixture.setUp()).code).toBe(0);
    expect((await fixture.setUp()).stderr).toBe("");
  });

  it("installs again when a package is gone", async () => {
    await fixture.setUp();
    execFileSync("rm", ["-r", fixture.path("node_modules/native")]);
    expect((await fixture.setUp()).stderr).toContain("installing");
    expect(fixture.exists("node_modules/native/package.json")).toBe(true);
  });

  it("accepts an installation by hand that agrees with the lockfile", async () => {
    expect(await fixture.npm("ci", "--ignore-scripts", "--no-audit")).toMatchObject({ code: 0 });
    const before = fixture.identity("node_modules/runtime/package.json");
    fixture.registry.requests.length = 0;
    const run = await fixture.setUp();
    expect(run.stderr).not.toContain("installing");
    expect(fixture.registry.requests).toEqual([]);
    expect(fixture.identity("node_modules/runtime/package.json")).toBe(before);
    fixture.writeLockfile({ description: "changed, with the same packages" });
    expect((await fixture.setUp()).stderr).not.toContain("installing");
  });

  it("installs again where an installation by hand left out what the lockfile asks for", async () => {
    expect(await fixture.npm("ci", "--omit=dev", "--no-audit")).toMatchObject({ code: 0 });
    expect((await fixture.setUp()).stderr).toContain("installing");
    expect(fixture.exists("node_modules/development/package.json")).toBe(true);
  });
});
