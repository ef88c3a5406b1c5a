import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { packageRoot } from "../../../kernels/root.ts";
import { Fixture, skip, until } from "./fixture.ts";

const { startOf } = (await import(path.join(packageRoot, "kernels/setup/processes.mjs"))) as { startOf: (pid: number) => string | null };

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly offset: number;
}
const zip = (await import(path.join(packageRoot, "kernels/setup/zip.mjs"))) as {
  readDirectory: (file: string) => Promise<Entry[]>;
  readEntry: (file: string, entry: Entry) => Promise<AsyncIterable<Buffer>>;
};

/** A ZIP archive of these files, with the 64-bit forms of every field where asked. */
function archive(files: Record<string, Buffer | string>, { wide = false, stored = false } = {}): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content);
    const packed = stored ? data : deflateRawSync(data);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(stored ? 0 : 8, 8);
    header.writeUInt32LE(crc32(data), 14);
    header.writeUInt32LE(packed.length, 18);
    header.writeUInt32LE(data.length, 22);
    header.writeUInt16LE(Buffer.byteLength(name), 26);
    const extra = Buffer.alloc(wide ? 28 : 0);
    if (wide) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      [data.length, packed.length, offset].forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i));
    }
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(stored ? 0 : 8, 10);
    entry.writeUInt32LE(crc32(data), 16);
    entry.writeUInt32LE(wide ? 0xffffffff : packed.length, 20);
    entry.writeUInt32LE(wide ? 0xffffffff : data.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt16LE(extra.length, 30);
    entry.writeUInt32LE((0o100644 << 16) >>> 0, 38);
    entry.writeUInt32LE(wide ? 0xffffffff : offset, 42);
    const parts = [header, Buffer.from(name), packed];
    local.push(...parts);
    central.push(entry, Buffer.from(name), extra);
    offset += parts.reduce((sum, part) => sum + part.length, 0);
  }
  const directory = Buffer.concat(central);
  const count = Object.keys(files).length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(wide ? 0xffff : count, 10);
  end.writeUInt32LE(wide ? 0xffffffff : directory.length, 12);
  end.writeUInt32LE(wide ? 0xffffffff : offset, 16);
  if (!wide) return Buffer.concat([...local, directory, end]);
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  [count, directory.length, offset].forEach((value, i) => end64.writeBigUInt64LE(BigInt(value), 32 + 8 * i));
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + directory.length), 8);
  return Buffer.concat([...local, directory, end64, locator, end]);
}

async function contentOf(file: string, entry: Entry): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of await zip.readEntry(file, entry)) parts.push(part);
  return Buffer.concat(parts);
}

const folder = mkdtempSync(path.join(tmpdir(), "noisebook-zip-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the archive reader", () => {
  const noise = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 31) % 251));
  const files = { "a/text.txt": "hello ☂", "empty": "", "large.bin": noise };

  it.each([
    ["packed", {}],
    ["stored", { stored: true }],
    ["with 64-bit fields", { wide: true }],
  ])("reads every entry, %s", async (name, options) => {
    const file = path.join(folder, `${name}.zip`);
    writeFileSync(file, archive(files, options));
    const entries = await zip.readDirectory(file);
    expect(entries.map(({ name: each, size }) => [each, size])).toEqual([["a/text.txt", 9], ["empty", 0], ["large.bin", 300_000]]);
    for (const entry of entries) expect((await contentOf(file, entry)).equals(Buffer.from(files[entry.name as keyof typeof files]))).toBe(true);
  });

  it("reads an archive with a comment behind it", async () => {
    const file = path.join(folder, "comment.zip");
    writeFileSync(file, archive(files));
    appendFileSync(file, "a comment");
    expect(await zip.readDirectory(file)).toHaveLength(3);
  });

  it("refuses one that was cut off, and no archive at all", async () => {
    const whole = archive(files);
    const file = path.join(folder, "cut.zip");
    for (const length of [whole.length - 1, whole.length - 30, 100, 0]) {
      writeFileSync(file, whole.subarray(0, length));
      await expect(zip.readDirectory(file)).rejects.toThrow(/not a whole ZIP archive/);
    }
  });

  it("fails where an entry's data are damaged", async () => {
    const whole = archive(files);
    const file = path.join(folder, "damaged.zip");
    writeFileSync(file, whole);
    const entry = (await zip.readDirectory(file))[2]!;
    whole.fill(0xff, entry.offset + 60, entry.offset + 600);
    writeFileSync(file, whole);
    await expect(contentOf(file, entry)).rejects.toThrow();
    whole.fill(0, entry.offset, entry.offset + 4);
    writeFileSync(file, whole);
    await expect(contentOf(file, entry)).rejects.toThrow("large.bin is not where it should be");
  });
});

describe("the pinned wheels", () => {
  it.each(["cpu", "gpu"])("of %s have size and hash each, and name no host", (kind) => {
    const text = readFileSync(path.join(packageRoot, `kernels/setup/tensorflow-${kind}-wheels.txt`), "utf8");
    const [, ...entries] = text.trim().split("\n\n");
    for (const entry of entries) expect(entry).toMatch(/^# (linux-x64|linux-arm64|darwin-arm64) \d+ bytes\n[\w.-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}$/);
    expect(entries.length).toBe(kind === "cpu" ? 3 : 13);
    expect(text).not.toMatch(/https?:|index-url/);
  });
});

const pip = spawnSync("python3", ["-m", "pip", "--version"], { encoding: "utf8" }).stdout ?? "";
const suits = process.platform === "linux" && process.arch === "x64" && /^pip (?:2[1-9]|[3-9]\d)/.test(pip);
if (!suits) process.stderr.write("skipped: setting TensorFlow up: no pip is here, or another platform than Linux on x64\n");

describe.skipIf(!suits)("noisebook setup --tensorflow", () => {
  const fixture = new Fixture();
  const wheels = path.join(fixture.folder, "wheels");
  const wheel = path.join(wheels, "tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl");
  const place = ".noisebook/tensorflow/2.21.0-cpu-linux-x64";
  const libraries = {
    "tensorflow/libtensorflow_cc.so.2": Buffer.from("the larger library ".repeat(200_000)),
    "tensorflow/libtensorflow_framework.so.2": Buffer.from("the smaller library"),
  };
  /** Real pip, which finds the wheel in a folder instead of on an index. */
  const env = { NOISEBOOK_BACKEND: "", PIP_NO_INDEX: "1", PIP_FIND_LINKS: wheels, PIP_CONFIG_FILE: "/dev/null" };
  const setup = (args: string[] = ["--tensorflow"], extra: NodeJS.ProcessEnv = {}) => fixture.start(["kernels/setup/bin.mjs", "setup", ...args], { ...env, ...extra });

  function publish(records: Partial<Record<keyof typeof libraries, string>> = {}): void {
    const info = "tensorflow_cpu-2.21.0.dist-info";
    const hash = (data: Buffer): string => createHash("sha256").update(data).digest("base64url");
    const lines = Object.entries(libraries).map(([name, data]) => `${name},sha256=${records[name as keyof typeof libraries] ?? hash(data)},${data.length}`);
    const files = {
      ...libraries,
      "tensorflow/python/other.py": "not wanted",
      [`${info}/METADATA`]: "Metadata-Version: 2.1\nName: tensorflow-cpu\nVersion: 2.21.0\n",
      [`${info}/WHEEL`]: "Wheel-Version: 1.0\nTag: cp312-cp312-manylinux_2_27_x86_64\n",
      [`${info}/RECORD`]: `${lines.join("\n")}\n`,
    };
    mkdirSync(wheels, { recursive: true });
    writeFileSync(wheel, archive(files));
    pin(createHash("sha256").update(readFileSync(wheel)).digest("hex"));
  }

  function pin(sha256: string): void {
    fixture.write("kernels/setup/tensorflow-cpu-wheels.txt", `# A head.\n\n# linux-x64 ${statSync(wheel).size} bytes\ntensorflow-cpu==2.21.0 --hash=sha256:${sha256}\n`);
  }

  const leftovers = (): string[] => readdirSync(fixture.path(".noisebook/tensorflow")).filter((name) => name !== path.basename(place));
  const expectInstalled = (): void => {
    for (const [name, data] of Object.entries(libraries)) expect(readFileSync(fixture.path(`${place}/${name}`)).equals(data)).toBe(true);
    expect(readdirSync(fixture.path(`${place}/tensorflow`))).toHaveLength(2);
    expect(leftovers()).toEqual([]);
    expect(JSON.parse(fixture.read(".noisebook/tensorflow.json"))).toEqual({ use: "cpu", folder: place });
  };

  // A PATH on which no Python with a TensorFlow of its own stands first.
  const bare = path.join(fixture.folder, "bin");

  beforeAll(async () => {
    await fixture.open();
    mkdirSync(bare, { recursive: true });
    const python = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
    writeFileSync(path.join(bare, "python3"), `#!/bin/sh\nexec ${python} "$@"\n`, { mode: 0o755 });
    expect((await fixture.setUp()).code).toBe(0);
  });
  afterAll(() => fixture.close());
  beforeEach(() => {
    rmSync(fixture.path(".noisebook/tensorflow"), { recursive: true, force: true });
    rmSync(fixture.path(".noisebook/tensorflow.json"), { force: true });
    rmSync(fixture.path(".noisebook/tensorflow-failure.json"), { force: true });
    publish();
  });

  it("fetches, verifies, unpacks the two libraries alone, and keeps them at the next run", async () => {
    const first = await setup().done;
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining(`TensorFlow 2.21.0 for CPU, in ${place}`) as string });
    expect(first.stderr).toMatch(/fetching TensorFlow, 0 MB in 1 wheel[^]*unpacked and verified 4 MB/);
    expectInstalled();
    const before = fixture.identity(place);
    expect((await setup().done).stderr).not.toContain("fetching");
    expect(fixture.identity(place)).toBe(before);
  });

  it("leaves no settings of rustup in the home folder, which pip wakes", async (context) => {
    const asked = path.join(fixture.folder, "asked");
    writeFileSync(path.join(bare, "rustc"), `#!/bin/sh\nsettings="\${RUSTUP_HOME:-$HOME/.rustup}"\nmkdir -p "$settings"\ntouch "$settings/settings.toml" ${asked}\n`, { mode: 0o755 });
    expect((await setup(undefined, { PATH: `${bare}:${process.env.PATH}` }).done).code).toBe(0);
    if (!existsSync(asked)) return skip(context, "this pip does not ask for Rust");
    expect(existsSync(path.join(fixture.home, ".rustup"))).toBe(false);
  });

  it("repairs what was damaged since", async () => {
    await setup().done;
    truncateSync(fixture.path(`${place}/tensorflow/libtensorflow_cc.so.2`), 10);
    expect((await setup().done).code).toBe(0);
    expectInstalled();
  });

  it("goes by NOISEBOOK_CACHE, and writes down where", async () => {
    const cache = path.join(fixture.folder, "shared");
    expect((await setup(["--tensorflow=cpu"], { NOISEBOOK_CACHE: cache }).done).code).toBe(0);
    const record = JSON.parse(fixture.read(".noisebook/tensorflow.json")) as { folder: string };
    expect(record.folder).toBe(path.join(cache, "tensorflow/2.21.0-cpu-linux-x64"));
    expect(existsSync(path.join(record.folder, "tensorflow/libtensorflow_cc.so.2"))).toBe(true);
    expect(fixture.exists(".noisebook/tensorflow")).toBe(false);
  });

  it("refuses a wheel of another hash than the pinned one, and leaves nothing to use", async () => {
    pin("0".repeat(64));
    const { code, stderr } = await setup().done;
    expect(code).toBe(6);
    expect(stderr).toContain("TensorFlow could not be fetched (exit status 1): a downloaded package is not the one that was pinned");
    expect(fixture.exists(place)).toBe(false);
    expect(fixture.exists(".noisebook/tensorflow.json")).toBe(false);
  });

  it("refuses a library that is not as its wheel's RECORD says", async () => {
    publish({ "tensorflow/libtensorflow_cc.so.2": "A".repeat(43) });
    const { code, stderr } = await setup().done;
    expect(code).toBe(6);
    expect(stderr).toContain("tensorflow/libtensorflow_cc.so.2 of tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl is damaged");
    expect(fixture.exists(place)).toBe(false);
  });

  it("takes a wheel that has arrived, and fetches one anew that is not whole", async () => {
    const arrived = fixture.path(`.noisebook/tensorflow/wheels/${path.basename(wheel)}`);
    mkdirSync(path.dirname(arrived), { recursive: true });
    cpSync(wheel, arrived);
    expect((await setup().done).stderr).not.toContain("fetching");
    expectInstalled();
    rmSync(fixture.path(place), { recursive: true });
    mkdirSync(path.dirname(arrived), { recursive: true });
    writeFileSync(arrived, readFileSync(wheel).fill(7, 100, 200));
    expect((await setup().done).stderr).toContain("fetching");
    expectInstalled();
  });

  // A pip that says that it has begun, and waits.
  it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("ended by %s while pip works, goes on at the next run", async (signal) => {
    const [slow, begun] = [path.join(fixture.folder, "slow-python"), path.join(fixture.folder, "begun")];
    rmSync(begun, { force: true });
    writeFileSync(slow, `#!/bin/sh\ncase "$*" in *--version*) exec python3 "$@";; esac\necho $$ > "${begun}"\nexec sleep 60\n`, { mode: 0o755 });
    const running = setup(["--tensorflow"], { NOISEBOOK_PYTHON: slow });
    await until(() => existsSync(begun) && readFileSync(begun, "utf8").trim() !== "");
    running.kill(signal);
    const { code, signal: by } = await running.done;
    expect(code ?? by).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: "SIGKILL" }[signal]);
    expect(fixture.exists(place)).toBe(false);
    expect((await setup().done).code).toBe(0);
    expectInstalled();
    // Nothing that an ended run started lives on.
    await until(() => startOf(Number(readFileSync(begun, "utf8"))) === null);
  });

  it("sweeps what a run that was killed while unpacking left", async () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    mkdirSync(fixture.path(`.noisebook/tensorflow/unpacking-${dead}/tensorflow`), { recursive: true });
    mkdirSync(fixture.path(`${place}-old-${dead}`), { recursive: true });
    expect((await setup().done).code).toBe(0);
    expectInstalled();
  });

  it("installs once where two run at the same time", async () => {
    const both = await Promise.all([setup().done, setup().done]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ stderr }) => stderr.includes("fetching"))).toHaveLength(1);
    expectInstalled();
  });

  it("remembers --none, and says so", async () => {
    await setup().done;
    const { stdout } = await setup(["--none"]).done;
    expect(stdout).toContain("wasm, on one core (as you chose; `noisebook setup --tensorflow` fetches TensorFlow");
    expect(JSON.parse(fixture.read(".noisebook/tensorflow.json"))).toEqual({ use: "none" });
    expect((await setup().done).stderr).not.toContain("fetching");
    expectInstalled();
  });

  it("comes with set-up where nobody chose, once", async () => {
    const start = (extra: NodeJS.ProcessEnv = {}) => fixture.start(["kernels/setup/main.mjs"], { ...env, PATH: `${bare}:/usr/bin:/bin`, ...extra }).done;
    expect((await start({ NOISEBOOK_BACKEND: "wasm" })).stderr).not.toContain("fetching");
    expect((await start({ NOISEBOOK_TENSORFLOW: "/elsewhere" })).stderr).not.toContain("fetching");
    expect(await start()).toMatchObject({ code: 0, stderr: expect.stringContaining("fetching TensorFlow") as string });
    expectInstalled();
    expect(await start()).toMatchObject({ code: 0, stderr: "" });
    await setup(["--none"]).done;
    expect(await start()).toMatchObject({ code: 0, stderr: "" });
  });

  it("is not fetched where the active Python has one", async () => {
    const library = path.join(fixture.folder, "venv/lib/python3.12/site-packages/tensorflow/libtensorflow_cc.so.2");
    mkdirSync(path.dirname(library), { recursive: true });
    writeFileSync(library, "a library");
    const { code, stderr } = await fixture.start(["kernels/setup/main.mjs"], { ...env, PATH: `${bare}:/usr/bin:/bin`, VIRTUAL_ENV: path.join(fixture.folder, "venv") }).done;
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("is gone without where it cannot be had: one line, exit 0, and no second try within a day", async () => {
    rmSync(wheel);
    const start = () => fixture.start(["kernels/setup/main.mjs"], { ...env, PATH: `${bare}:/usr/bin:/bin` }).done;
    const first = await start();
    expect(first.code).toBe(0);
    const line = /set-up: no TensorFlow \(.*\)\. Tensors run on WebAssembly.*`npx noisebook setup --tensorflow` tries again; --none goes without.*\n$/;
    expect(first.stderr).toMatch(line);
    const second = await start();
    expect(second.code).toBe(0);
    expect(second.stderr).toMatch(new RegExp(`^${line.source}`));
    rmSync(fixture.path(".noisebook/tensorflow-failure.json"));
  });

  it("makes an environment with a pip where Python has none", async () => {
    const bare = path.join(fixture.folder, "bare-python");
    writeFileSync(bare, '#!/bin/sh\n[ "$2" = pip ] && exit 1\nexec python3 "$@"\n', { mode: 0o755 });
    expect((await setup(["--tensorflow"], { NOISEBOOK_PYTHON: bare }).done).code).toBe(0);
    expectInstalled();
    expect(fixture.exists(".noisebook/pip/bin/python")).toBe(true);
    rmSync(fixture.path(".noisebook/pip"), { recursive: true });
  });

  it("says what to do where no pip answers", async () => {
    const { code, stderr } = await setup(["--tensorflow"], { NOISEBOOK_PYTHON: "/nowhere/python" }).done;
    expect(code).toBe(6);
    expect(stderr).toMatch(/fetched with pip.*none answers here\. Install python3-pip or uv, name a Python.*NOISEBOOK_TENSORFLOW/);
  });

  it.each([[["--tensorflow=tpu"], "--tensorflow=tpu is none of cpu, gpu and none"], [["--gpu", "--none"], "exclude each other"]])("refuses %j", async (args, words) => {
    const { code, stderr } = await setup(args).done;
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});
