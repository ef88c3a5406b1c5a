import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { decode } from "fast-png";
import { beforeEach, describe, expect, it } from "vitest";
import { packageRoot } from "../../../kernels/root.ts";
import { World } from "./fixtures/world.ts";

let world: World;
beforeEach(async () => {
  world = await World.make();
  return () => world.remove();
});

describe("the command line", () => {
  it("explains itself, and lists only what there is", async () => {
    const { code, stdout } = await world.run(["--help"]);
    expect(code).toBe(0);
    const commands = [...stdout.slice(stdout.indexOf("Commands:")).matchAll(/^ {2}([a-z]+)/gm)].map((match) => match[1]);
    expect(commands).toEqual(expect.arrayContaining(["run", "setup", "lab", "kernel", "bench"]));
    // What --help lists answers to --help; lab passes it on to JupyterLab.
    for (const command of commands.filter((name) => name !== "lab" && name !== "help")) {
      expect(await world.run([command, "--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining(`noisebook ${command}`) as string });
    }
    const run = await world.run(["run", "--help"]);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("Exit codes: 0 all passed");
  });

  it("tells its version", async () => {
    const { version } = JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8")) as { version: string };
    expect(await world.run(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it.each([[[]], [["frobnicate"]], [["--frobnicate"]], [["kernel"]], [["kernel", "frobnicate"]], [["bench", "--only", "speed"]], [["bench", "--rounds", "0"]]])("refuses %j with code 2", async (args) => {
    const { code, stdout, stderr } = await world.run(args);
    expect(code).toBe(2);
    expect(stderr).not.toBe("");
    expect(stdout).toBe("");
  });

  it("suggests what may have been meant", async () => {
    expect((await world.run(["rum"])).stderr).toContain("Did you mean run?");
  });
});

describe("noisebook kernel", () => {
  it("lists every kernel, ours first", async () => {
    const { code, stdout } = await world.run(["kernel", "list"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^noisebook +typescript +built in\n/);
    expect(stdout).toContain(path.join(world.folder, ".data", "kernels", "fake-plain"));
    const { kernels, broken } = JSON.parse((await world.run(["kernel", "list", "--json"])).stdout) as { kernels: { name: string }[]; broken: unknown[] };
    expect(kernels.map(({ name }) => name)).toEqual(expect.arrayContaining(["noisebook", "fake-plain", "fake-stubborn"]));
    expect(broken).toEqual([]);
  });

  it.each([
    ["for the user", [], ".user"],
    ["for the user, said so", ["--user"], ".user"],
    ["under a prefix", ["--prefix", "here it is"], path.join("here it is", "share", "jupyter")],
    ["in the active environment", ["--sys-prefix"], path.join("venv", "share", "jupyter")],
  ])("installs %s, and undoes it", async (_, options, data) => {
    const env = { VIRTUAL_ENV: path.join(world.folder, "venv") };
    const file = path.join(world.folder, data, "kernels", "noisebook", "kernel.json");
    const { code, stdout } = await world.run(["kernel", "install", ...options], env);
    expect(code).toBe(0);
    expect(stdout).toContain(file);
    const spec = JSON.parse(readFileSync(file, "utf8")) as { argv: string[]; language: string; interrupt_mode: string };
    expect(spec).toMatchObject({ language: "typescript", interrupt_mode: "message" });
    expect(spec.argv.filter((part) => part.includes(path.sep)).every((part) => path.isAbsolute(part) && existsSync(part))).toBe(true);
    expect(spec.argv).toContain("{connection_file}");
    expect(readFileSync(path.join(path.dirname(file), "logo-svg.svg"), "utf8")).toMatch(/^<svg /);
    for (const side of [32, 64]) expect(decode(readFileSync(path.join(path.dirname(file), `logo-${side}x${side}.png`)))).toMatchObject({ width: side, height: side });
    expect((await world.run(["kernel", "install", ...options], env)).code).toBe(0);
    const undo = /^To undo: noisebook kernel uninstall(.*)$/m.exec(stdout)?.[1].trim();
    const undoing = options[0] === "--prefix" ? ["--prefix", JSON.parse((undo ?? "").replace("--prefix ", "")) as string] : (undo ?? "").split(" ").filter(Boolean);
    expect((await world.run(["kernel", "uninstall", ...undoing], env)).code).toBe(0);
    expect(existsSync(path.dirname(file))).toBe(false);
    expect((await world.run(["kernel", "uninstall", ...undoing], env)).code).toBe(2);
  });

  it("says what stands in the way", async () => {
    world.write("file", "");
    expect(await world.run(["kernel", "install", "--prefix", "file"])).toMatchObject({ code: 6, stderr: expect.stringContaining("cannot be written") as string });
    expect(await world.run(["kernel", "install", "--sys-prefix"])).toMatchObject({ code: 2, stderr: expect.stringContaining("activate one") as string });
    expect(await world.run(["kernel", "install", "--sys-prefix", "--prefix", "x"])).toMatchObject({ code: 2 });
    world.write(".user/kernels/noisebook/kernel.json", '{"argv":["x"],"language":"python"}');
    expect(await world.run(["kernel", "uninstall"])).toMatchObject({ code: 2, stderr: expect.stringContaining("not this kernel's") as string });
  });
});
