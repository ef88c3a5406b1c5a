import { statSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute } from "../../../kernels/client/execution.ts";
import { Kernel, KernelStartError } from "../../../kernels/client/kernel.ts";
import { KernelProcess } from "../../../kernels/client/kernel-process.ts";
import { DisplayRegistry, OutputArea } from "../../../kernels/client/outputs.ts";
import { freeConnection } from "../../../kernels/client/ports.ts";
import { print, type Step, steps, update, show } from "./fixtures/steps.ts";
import { World } from "./fixtures/world.ts";

let world: World;
const onLinux = process.platform === "linux";
beforeAll(async () => {
  world = await World.make();
});
afterAll(() => world.remove());

const start = (manner: Parameters<World["fake"]>[0] = "plain", mode?: "message" | "signal"): Promise<Kernel> =>
  Kernel.start(world.fake(manner, mode), { cwd: world.folder, env: world.env });

async function withKernel<T>(use: (kernel: Kernel) => Promise<T>): Promise<T> {
  const kernel = await start();
  try {
    return await use(kernel);
  } finally {
    await kernel.shutdown();
  }
}

const collect = async (kernel: Kernel, list: Step[], options: Parameters<typeof execute>[2] = {}) => {
  const area = new OutputArea(new DisplayRegistry());
  const execution = await kernel.execute(steps(...list), { ...options, onPublished: (message) => area.accept(message) });
  return { ...execution, outputs: area.outputs };
};

describe("a kernel", () => {
  it("is started, answers, executes and is gone", async () => {
    const kernel = await start();
    expect(kernel.info.language_info.name).toBe("steps");
    expect(kernel.startSeconds).toBeGreaterThan(0);
    expect(await collect(kernel, [print("a"), print("b"), print("c", "stderr")])).toMatchObject({
      status: "ok",
      truncated: false,
      reply: { execution_count: 1 },
      outputs: [{ name: "stdout", text: "ab" }, { name: "stderr", text: "c" }],
    });
    await kernel.shutdown();
    expect(kernel.death).toMatchObject({ code: 0 });
    if (onLinux) expect(world.kernelProcesses()).toEqual([]);
  });

  it("that dies at its start is told of at once, with what it said", async () => {
    const failure = await start("dies-at-start").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KernelStartError);
    expect((failure as KernelStartError).exitCode).toBe(4);
    expect((failure as Error).message).toMatch(/"fake-dies-at-start" exited with code 3 before it answered; it wrote:\n +no licence found/);
  });

  it("whose program is missing is told of", async () => {
    const missing = { ...world.fake(), spec: { ...world.fake().spec, argv: ["/no/such/program", "{connection_file}"] } };
    await expect(Kernel.start(missing, { cwd: world.folder })).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining("/no/such/program: it does not exist") as string });
  });

  it("that never answers is given up and ended", async () => {
    await expect(Kernel.start(world.fake("silent"), { cwd: world.folder, timeoutMs: 700 })).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining("did not answer within 0.7 s") as string });
    if (onLinux) await expect.poll(() => world.kernelProcesses()).toEqual([]);
  });

  it("that ignores its shutdown is killed, group and all", async () => {
    const kernel = await start("stubborn");
    await kernel.shutdown(100);
    expect(kernel.death).toMatchObject({ signal: "SIGKILL" });
    if (onLinux) expect(world.kernelProcesses()).toEqual([]);
  });

  it.each(["message", "signal"] as const)("is interrupted by %s", async (mode) => {
    const kernel = await start("plain", mode);
    const execution = await collect(kernel, [print("before"), { do: "wait", ms: 60_000 }, print("after")], { timeoutMs: 200 });
    expect(execution).toMatchObject({ status: "timeout", outputs: [{ text: "beforeafter" }] });
    expect(kernel.death).toBeUndefined();
    expect(await collect(kernel, [print("next")])).toMatchObject({ status: "ok" });
    await kernel.shutdown();
  });

  it("that ignores interrupts is killed after its grace", async () => {
    const kernel = await start("stubborn");
    expect(await collect(kernel, [{ do: "wait", ms: 60_000 }], { timeoutMs: 100, graceMs: 100 })).toMatchObject({ status: "timeout" });
    expect(kernel.death).toMatchObject({ signal: "SIGKILL" });
    await kernel.shutdown();
  });

  it("that dies in a cell ends the cell at once, with its output", async () => {
    const kernel = await start();
    const execution = await collect(kernel, [print("last words"), { do: "die", code: 9 }]);
    expect(execution).toMatchObject({ status: "died", outputs: [{ text: "last words" }] });
    expect(await kernel.exited).toEqual({ code: 9, signal: null });
    expect(kernel.tail).toContain("dying as told");
    await kernel.shutdown();
  });

  it("that never goes idle does not hold us, and its output counts as truncated", () =>
    withKernel(async (kernel) => {
      expect(await collect(kernel, [print("a"), { do: "withhold", what: "idle" }], { idleMs: 100 })).toMatchObject({ status: "ok", truncated: true });
      expect(await collect(kernel, [print("b")])).toMatchObject({ status: "ok", truncated: false });
    }));

  it("loses nothing of a flood", () =>
    withKernel(async (kernel) => {
      const { outputs, truncated } = await collect(kernel, [{ do: "flood", messages: 20_000 }]);
      expect(truncated).toBe(false);
      expect(outputs).toEqual([{ output_type: "stream", name: "stdout", text: Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join("") }]);
    }));

  it("that sends malformed and forged messages is not believed, and goes on", () =>
    withKernel(async (kernel) => {
      const { outputs, status } = await collect(kernel, [{ do: "malformed" }, { do: "forge" }, print("true")]);
      expect(status).toBe("ok");
      expect(outputs).toEqual([{ output_type: "stream", name: "stdout", text: "true" }]);
      expect(kernel.channels.rejections).toMatch(/^3 of the kernel's messages were refused, the last because the signature/);
    }));

  it("that asks for input is refused", () =>
    withKernel(async (kernel) => {
      const { outputs } = await collect(kernel, [{ do: "ask" }]);
      expect(JSON.parse(outputs[0].output_type === "stream" ? outputs[0].text : "{}")).toMatchObject({ status: "error", ename: "EOFError", value: "\u0004" });
    }));

  it("takes an abort of the caller's for an interrupt", () =>
    withKernel(async (kernel) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 100);
      expect(await collect(kernel, [{ do: "wait", ms: 60_000 }], { signal: controller.signal })).toMatchObject({ status: "cancelled" });
      expect(await collect(kernel, [show("x", "id"), update("y", "id")])).toMatchObject({ status: "ok", outputs: [{ data: { "text/plain": "y" } }] });
    }));
});

describe("many kernels", () => {
  it("started at once do not collide", async () => {
    const started = await Promise.allSettled(Array.from({ length: 20 }, () => start()));
    const kernels = started.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    try {
      expect(started.filter(({ status }) => status === "rejected")).toEqual([]);
      const counts = await Promise.all(kernels.map(async (kernel) => (await collect(kernel, [])).reply?.execution_count));
      expect(counts).toEqual(Array(20).fill(1));
    } finally {
      await Promise.all(kernels.map((kernel) => kernel.shutdown()));
    }
  });

  it("that lose a race for a port are started on others", async () => {
    const fake = world.fake();
    const marker = path.join(world.folder, "lost-once");
    const losesOnce = `const fs = require("node:fs");
      if (!fs.existsSync(${JSON.stringify(marker)})) { fs.writeFileSync(${JSON.stringify(marker)}, ""); throw new Error("Address already in use"); }
      process.argv.splice(1, 0, "fake"); import(${JSON.stringify(fake.spec.argv[1])});`;
    const kernel = await Kernel.start({ ...fake, spec: { ...fake.spec, argv: [process.execPath, "-e", losesOnce, "{connection_file}", "plain"] } }, { cwd: world.folder });
    expect(await collect(kernel, [print("here")])).toMatchObject({ status: "ok", outputs: [{ text: "here" }] });
    await kernel.shutdown();
  });

  it("never get the same port while they live", async () => {
    const connections = await Promise.all(Array.from({ length: 50 }, () => freeConnection("x")));
    const ports = connections.flatMap(({ shell_port, iopub_port, stdin_port, control_port, hb_port }) => [shell_port, iopub_port, stdin_port, control_port, hb_port]);
    expect(new Set(ports).size).toBe(250);
  });
});

describe("a kernel's process", () => {
  it.runIf(process.platform !== "win32")("has a connection file that only its owner reads", async () => {
    const connection = await freeConnection("probe");
    const probe = { name: "probe", spec: { argv: [process.execPath, "-e", "console.log(process.argv[1])", "{connection_file}"], display_name: "", language: "", interrupt_mode: "signal" as const }, dir: undefined };
    const child = new KernelProcess(probe, connection, world.folder, world.env);
    const { connectionFile } = child;
    expect(statSync(connectionFile).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(connectionFile)).mode & 0o777).toBe(0o700);
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(() => statSync(connectionFile)).toThrow("ENOENT");
  });
});
