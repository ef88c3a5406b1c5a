import { existsSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Fixture, type Running, until } from "./fixture.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await new Fixture().open();
});
afterEach(() => fixture.close());

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

const lock = (): { pid: number; child?: { pid: number } } => JSON.parse(fixture.read(".noisebook/setup.lock")) as ReturnType<typeof lock>;

/** A set-up that hangs in the download of a package, and the pid of its npm. */
async function stalledInstall(env: NodeJS.ProcessEnv = {}): Promise<{ running: Running; npm: number }> {
  fixture.registry.stall("native");
  const running = fixture.start(["kernels/setup/main.mjs"], env);
  await until(() => fixture.registry.downloads.includes("/native.tgz"));
  return { running, npm: lock().child!.pid };
}

async function stalledBuild(): Promise<Running> {
  const hold = path.join(fixture.folder, "hold");
  writeFileSync(hold, "");
  const running = fixture.start(["kernels/setup/main.mjs"], { NOISEBOOK_TEST_HOLD: hold });
  await until(() => existsSync(`${hold}.reached`));
  return running;
}

describe("set-up that is interrupted", () => {
  it("completes on the next run after being killed in the middle of the installation, and ends the npm left behind", async () => {
    const { running, npm } = await stalledInstall();
    running.kill("SIGKILL");
    await running.done;
    expect(fixture.exists("node_modules")).toBe(false);
    expect(runs(npm)).toBe(true);
    fixture.registry.stall();
    const again = await fixture.setUp();
    expect(again.code).toBe(0);
    await until(() => !runs(npm));
    expect((await fixture.setUp()).stderr).toBe("");
    expect(fixture.exists(".noisebook/install")).toBe(false);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("on %s ends npm, keeps the old packages and says how to go on", async (signal) => {
    await fixture.setUp();
    const before = fixture.identity("node_modules/runtime");
    fixture.write(".npmrc", "# changed\n");
    fixture.write("node_modules/.package-lock.json", "{}");
    fixture.registry.requests.length = 0;
    const { running, npm } = await stalledInstall({ npm_config_cache: path.join(fixture.folder, "empty") });
    running.kill(signal);
    const run = await running.done;
    expect(run.code).toBe(signal === "SIGINT" ? 130 : 143);
    expect(run.stderr).toContain("the next run goes on");
    expect(runs(npm)).toBe(false);
    expect(fixture.identity("node_modules/runtime")).toBe(before);
    expect(fixture.exists(".noisebook/setup.lock")).toBe(false);
    fixture.registry.stall();
    expect((await fixture.setUp()).code).toBe(0);
  });

  it("keeps the old build when killed in the middle of a new one, and completes on the next run", async () => {
    await fixture.setUp();
    const before = fixture.read("dist/noisebook.js");
    fixture.write("src/index.ts", "export const answer: number = 43;\n");
    const running = await stalledBuild();
    running.kill("SIGKILL");
    await running.done;
    expect(fixture.read("dist/noisebook.js")).toBe(before);
    const again = await fixture.start(["kernels/setup/bin.mjs"]).done;
    expect(again).toMatchObject({ code: 0, stdout: "43\n" });
  });
});

describe("two set-ups at once", () => {
  it("the second waits, says for whom, and has nothing left to do", async () => {
    const first = await stalledBuild();
    const second = fixture.start(["kernels/setup/main.mjs"]);
    await until(() => second.stderr().includes("\n"));
    expect(second.stderr()).toContain(`waiting for another set-up of this repository (process ${first.pid}`);
    fixture.registry.requests.length = 0;
    unlinkSync(path.join(fixture.folder, "hold"));
    const [one, two] = await Promise.all([first.done, second.done]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(two.stderr.trim().split("\n")).toHaveLength(1);
    expect(fixture.registry.requests).toEqual([]);
  });

  it("many at once all end well", async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => fixture.setUp()));
    expect(all.map((run) => run.code)).toEqual([0, 0, 0, 0, 0]);
    expect(fixture.registry.downloads.filter((url) => url === "/native.tgz")).toHaveLength(1);
  });

  it.each([
    ["a dead process", { pid: 2 ** 22 + 1, start: "1" }],
    ["a process whose number now belongs to another", { pid: process.pid, start: "1" }],
  ])("takes over the lock of %s", async (_, owner) => {
    fixture.write(".noisebook/setup.lock", JSON.stringify({ ...owner, host: hostname(), since: Date.now() }));
    expect((await fixture.setUp()).code).toBe(0);
    expect(fixture.exists(".noisebook/setup.lock")).toBe(false);
  });
});
