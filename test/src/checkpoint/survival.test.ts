import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { build } from "esbuild";
import { key, loadCheckpoint, saveCheckpoint, uniform } from "noisebook";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "noisebook-survival-"));
const writer = path.join(folder, "writer.mjs");

beforeAll(async () => {
  // Another user runs it too.
  chmodSync(folder, 0o755);
  await build({
    entryPoints: [path.join(import.meta.dirname, "writer.ts")],
    outfile: writer,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const names = (step: number): string => `step-${String(step).padStart(9, "0")}.safetensors`;
const temporary = (name: string): boolean => name.endsWith(".tmp");

describe("kill -9", () => {
  const rounds = 30;

  interface Killing {
    /** Milliseconds after so many lines: the first says that it is ready, each further one that a step is saved. */
    ms: number;
    lines: number;
    step: number;
    kilobytes: number;
  }

  /** Saves from a step on until it is killed; gives the last step that it said was saved. */
  async function killed(saves: string, { ms, lines: count, step, kilobytes }: Killing): Promise<number> {
    const args = [writer, "on and on", saves, String(step), String(kilobytes)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let said = step;
    const lines = createInterface(child.stdout);
    const ended = Promise.all([once(child, "exit"), once(lines, "close")]);
    await new Promise<void>((resolve) => {
      let seen = 0;
      lines.on("line", (line) => {
        if (line !== '"ready"') said = Number(line);
        if (++seen === count) resolve();
      });
    });
    await new Promise((resolve) => setTimeout(resolve, ms));
    child.kill("SIGKILL");
    await ended;
    return said;
  }

  it(`at ${rounds} instants leaves a whole checkpoint, none older than the last that was said to be saved`, async () => {
    const saves = path.join(folder, "killed");
    mkdirSync(saves);
    let step = 0;
    let amidst = 0;
    const delays = uniform(key(6), rounds);
    for (const [round, u] of delays.entries()) {
      const said = await killed(saves, { ms: 60 * u, lines: 1 + (round % 2), step, kilobytes: round % 4 < 2 ? 2000 : 20 });
      const left = readdirSync(saves);
      amidst += left.filter(temporary).length;
      // Names of checkpoints are given to whole files alone: nothing is ever passed over.
      const refuse = (message: string): never => expect.unreachable(message);
      if (said > step || left.includes("latest")) {
        const { step: latest, tensors, state } = await loadCheckpoint(saves, { warn: refuse });
        expect(latest).toBeGreaterThanOrEqual(said);
        expect(latest).toBeLessThanOrEqual(said + 1);
        expect(state).toEqual({ step: latest });
        expect(tensors.get("weights/a")!.data.every((value) => value === latest)).toBe(true);
        expect(tensors.get("weights/b")!.data.every((value) => value === -latest)).toBe(true);
        step = latest;
      }
      // Each save clears away what the one before it left.
      expect(left.filter(temporary).length).toBeLessThanOrEqual(1);
    }
    // Otherwise no kill would have met a save, and all this would say nothing.
    expect(amidst).toBeGreaterThan(0);
    expect(step).toBeGreaterThanOrEqual(rounds / 2);
    await saveCheckpoint(saves, { step: step + 1, tensors: new Map(), state: null }, { keep: 1 });
    expect(readdirSync(saves).sort()).toEqual(["latest", names(step + 1)]);
  }, 180_000);
});

interface Outcome {
  failure?: { code: string; message: string };
  latest?: number;
  sound: boolean;
  files: string[];
}

/** What came of each save. */
async function outcomes(program: string, args: string[], user: { uid?: number; gid?: number } = {}): Promise<Outcome[]> {
  const { stdout } = await promisify(execFile)(program, args, user);
  return stdout.trim().split("\n").map((line) => JSON.parse(line) as Outcome);
}

const linux = process.platform === "linux";

const mounts = (): boolean => {
  try {
    execFileSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", tmpdir()], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(!linux || !mounts())("a file system of its own (skipped where none can be mounted: unshare -rm is refused)", () => {
  const within = (options: string, after: string, ...sizes: number[]): Promise<Outcome[]> => {
    const disk = path.join(folder, "disk");
    mkdirSync(disk, { recursive: true });
    const script = `mount -t tmpfs -o ${options} tmpfs "$1" && ${after} exec "$2" "$3" once "$1" ${sizes.join(" ")}`;
    return outcomes("unshare", ["-rm", "sh", "-c", script, "sh", disk, process.execPath, writer]);
  };

  it("that is full keeps the earlier checkpoints, and takes the next that fits", async () => {
    const [first, second, third, fourth] = await within("size=1m", "", 300, 300, 500, 100);
    expect([first, second].map((outcome) => [outcome!.failure, outcome!.latest, outcome!.sound])).toEqual([[undefined, 1, true], [undefined, 2, true]]);
    const { code, message } = third!.failure!;
    expect(code).toBe("ENOSPC");
    expect(message).toMatch(/disk.step-000000003\.safetensors could not be saved: the disk is full \(512\d\d\d bytes are needed, \d+ are free\): free some, or/);
    expect(third).toMatchObject({ latest: 2, sound: true, files: ["latest", names(1), names(2)] });
    expect(fourth).toMatchObject({ latest: 4, sound: true, files: ["latest", names(1), names(2), names(4)] });
  });

  it("that can only be read is left alone", async () => {
    const [outcome] = await within("size=1m", 'mount -o remount,ro "$1" &&', 10);
    expect(outcome!.failure).toMatchObject({ code: "EROFS", message: expect.stringContaining("the disk can only be read") as string });
    expect(outcome!.files).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("limits and permissions", () => {
  it("that allow no file so large keep the earlier checkpoints", async () => {
    const saves = path.join(folder, "limited");
    // 512-byte blocks, as POSIX has it, or kilobytes: between 100 and 400 either way.
    const args = ["-c", 'ulimit -f 300; exec "$@"', "sh", process.execPath, writer, "once", saves, "100", "400", "100"];
    const [first, second, third] = await outcomes("sh", args);
    expect(first).toMatchObject({ latest: 1, sound: true });
    expect(second!.failure).toMatchObject({ code: "EFBIG", message: expect.stringContaining("no file may be that large here (409") as string });
    expect(second).toMatchObject({ latest: 1, sound: true, files: ["latest", names(1)] });
    expect(third).toMatchObject({ latest: 3, sound: true });
  });

  it("that allow no writing are said to be what is missing", async () => {
    const saves = path.join(folder, "forbidden");
    await saveCheckpoint(saves, { step: 7, tensors: new Map([["weights/b", { shape: [1], data: Float32Array.of(-7) }]]), state: null });
    chmodSync(saves, 0o555);
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    try {
      const [outcome] = await outcomes(process.execPath, [writer, "once", saves, "10"], nobody);
      expect(outcome).toMatchObject({ latest: 7, sound: true, files: ["latest", names(7)] });
      expect(outcome!.failure!.code).toBe("EACCES");
      const user = nobody.uid ?? process.getuid!();
      expect(outcome!.failure!.message).toMatch(new RegExp(`step-000000001\\.safetensors could not be saved: this process \\(user ${user}\\) may not write in this folder`));
    } finally {
      chmodSync(saves, 0o755);
    }
  });
});
