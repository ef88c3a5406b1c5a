import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Fixture, skip } from "./fixture.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await new Fixture().open();
});
afterEach(() => fixture.close());

const isRoot = process.getuid?.() === 0;

describe("set-up that cannot succeed says why, how to go on, and exits with 6", () => {
  it("without a registry, keeping what is there", async () => {
    await fixture.setUp();
    const before = fixture.identity("node_modules/runtime");
    fixture.write(".npmrc", "# changed\n");
    fixture.write("node_modules/.package-lock.json", "{}");
    const run = await fixture.setUp({ npm_config_registry: "http://127.0.0.1:9", npm_config_cache: `${fixture.folder}/empty` });
    expect(run.code).toBe(6);
    expect(run.stderr).toMatch(
      /npm ci failed \(ECONNREFUSED\): the package registry cannot be reached\. Check the network.*run this again/,
    );
    expect(run.stderr).toContain(".noisebook/logs/npm-ci.log");
    expect(fixture.read(".noisebook/logs/npm-ci.log")).toContain("ECONNREFUSED");
    expect(fixture.identity("node_modules/runtime")).toBe(before);
  });

  it("installs without the registry what npm's cache has", async () => {
    await fixture.setUp();
    execFileSync("rm", ["-r", fixture.path("node_modules")]);
    expect((await fixture.setUp({ npm_config_offline: "true" })).code).toBe(0);
  });

  it("with a lockfile out of step", async () => {
    const declared = JSON.parse(fixture.read("package.json")) as { dependencies: Record<string, string> };
    fixture.write("package.json", JSON.stringify({ ...declared, dependencies: { ...declared.dependencies, extra: "1.0.0" } }));
    const run = await fixture.setUp();
    expect(run.code).toBe(6);
    expect(run.stderr).toContain("package.json and package-lock.json do not agree");
  });

  it.each(["", "{", '{"lockfileVersion":1}'])("with the lockfile %j", async (text) => {
    fixture.write("package-lock.json", text);
    const run = await fixture.setUp();
    expect(run.code).toBe(6);
    expect(run.stderr).toContain("package-lock.json is missing or unreadable. Restore it with `git checkout package-lock.json`");
  });

  it("with a package that the registry does not have", async () => {
    const lock = fixture
      .read("package-lock.json")
      .replace('"node_modules/runtime": {\n      "version": "1.0.0"', '"node_modules/runtime": {\n      "version": "1.0.7"');
    fixture.write("package-lock.json", lock);
    const run = await fixture.setUp();
    expect(run.code).toBe(6);
    expect(run.stderr).toMatch(/do not agree|does not have a package of the lockfile/);
  });

  it("with sources that do not build, keeping the old build", async () => {
    await fixture.setUp();
    const before = fixture.read("dist/noisebook.js");
    fixture.write("src/index.ts", "export const answer = ;\n");
    const run = await fixture.setUp();
    expect(run.code).toBe(6);
    expect(run.stderr).toMatch(/the sources do not build.*\n +src\/index\.ts:1:22: /);
    expect(fixture.read("dist/noisebook.js")).toBe(before);
  });

  it("in a folder that cannot be written", async () => {
    const reader = isRoot ? { uid: 65534, gid: 65534 } : {};
    chmodSync(fixture.folder, 0o755);
    chmodSync(fixture.root, 0o555);
    const run = await fixture.start(["kernels/setup/main.mjs"], {}, reader).done;
    chmodSync(fixture.root, 0o755);
    expect(run.code).toBe(6);
    expect(run.stderr).toMatch(/no permission to write at .*Make the folder yours/);
  });

  it("on a full disk, then completes once there is room", async (context) => {
    if (!isRoot) skip(context, "mounting a small file system needs root");
    mkdirSync(fixture.path(".noisebook"));
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=40k", "tmpfs", fixture.path(".noisebook")], { stdio: "pipe" });
    } catch (error) {
      skip(context, `this machine does not let us mount: ${(error as Error).message.split("\n")[1]}`);
    }
    try {
      const run = await fixture.setUp();
      expect(run.code).toBe(6);
      expect(run.stderr).toContain("the disk is full");
      execFileSync("mount", ["-o", "remount,size=10m", fixture.path(".noisebook")]);
      writeFileSync(fixture.path("src/index.ts"), "export const answer: number = 1;\n");
    } finally {
      execFileSync("umount", [fixture.path(".noisebook")]);
    }
    expect((await fixture.setUp()).code).toBe(0);
  });
});
