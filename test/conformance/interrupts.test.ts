import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { resultText, streamText } from "./jupyter.ts";
import { onKernel } from "./kernel-fixture.ts";

onKernel("interrupts", (kernel) => {
  const run = (code: string) => kernel().client.execute(code);
  const alive = async (): Promise<void> => {
    const answer = await run("kept");
    expect(resultText(answer), JSON.stringify(answer)).toBe("'kept'");
  };

  it.each(["message", "signal"] as const)("are harmless while nothing runs, by %s: timers of ended cells go on", async (how) => {
    const { client } = kernel();
    await run("var kept = 'kept'; var ticks = 0; var ticking = setInterval(() => ticks++, 5);");
    for (let n = 0; n < 3; n++) await client.signal(how);
    const before = Number(resultText(await run("ticks")));
    await sleep(100);
    expect(Number(resultText(await run("clearInterval(ticking); ticks")))).toBeGreaterThan(before);
    await alive();
  });

  it.each(["message", "signal"] as const)("come in bursts, by %s: 10 within 100 ms, and none hits a later cell", async (how) => {
    const { client } = kernel();
    for (const code of ["for (;;) {}", "await new Promise(() => {})", "for (;;) await null", "for (;;) { try { for (;;) {} } catch {} }"]) {
      expect((await client.interrupt(code, how, { times: 10, delay: 0.15 })).reply.ename).toBe("KeyboardInterrupt");
      for (let n = 0; n < 5; n++) await alive();
    }
  });

  it("around the end of a cell leave it either finished or interrupted, and later cells alone", async () => {
    const { client } = kernel();
    for (let ms = 0; ms < 24; ms += 2) {
      const { reply } = await client.interrupt(`await new Promise((resolve) => setTimeout(resolve, ${ms}))`, "signal", { times: 5, delay: 0 });
      expect([undefined, "KeyboardInterrupt"]).toContain(reply.ename);
      await alive();
    }
  });

  it("stop what spins after its cell has ended", async () => {
    const { client } = kernel();
    await run("setInterval(() => { for (;;) {} }, 10);");
    await sleep(100);
    await client.signal("message");
    await alive();
    await run("setInterval(() => { for (;;) {} }, 10);");
    await sleep(100);
    const blocked = await client.start("kept");
    await sleep(200);
    await client.signal("signal");
    const answer = await client.finish(blocked);
    expect(resultText(answer) ?? answer.reply.ename).toMatch(/^'kept'$|^KeyboardInterrupt$/);
    await alive();
  });

  it("end the cell that runs; what is queued behind it is aborted", async () => {
    const { client } = kernel();
    const first = await client.start("await new Promise(() => {})");
    const second = await client.start("var reached = true;");
    await sleep(200);
    await client.signal("message");
    expect((await client.finish(first)).reply.ename).toBe("KeyboardInterrupt");
    expect((await client.finish(second)).reply.status).toBe("aborted");
    await alive();
  });

  it("end a cell while its types are being checked", async () => {
    const { client } = kernel();
    const branches = Array.from({ length: 400 }, (_, n) => `T extends "${n}" ? { [K in T as \`\${K}${n}\`]: F<"${(n + 1) % 400}"> }`).join(" : ");
    const slow = `type F<T extends string> = ${branches} : never; let f: F<"0" | "7">; console.log('ran')`;
    const answer = await client.interrupt(slow, "message", { delay: 0.02 });
    expect(answer.reply.status === "error" ? answer.reply.ename : streamText(answer)).toMatch(/^KeyboardInterrupt$|^ran\n$|^TypeScriptError$/);
    await alive();
  });

  it("reach a cell's own work by interruptSignal()", async () => {
    const { client } = kernel();
    const code = `var told = ""; const signal = interruptSignal();
signal.addEventListener("abort", () => { told = (signal.reason as Error).name; });
await new Promise(() => {});`;
    expect((await client.interrupt(code, "message")).reply.ename).toBe("KeyboardInterrupt");
    expect(resultText(await run("told"))).toBe("'AbortError'");
    expect(resultText(await run("interruptSignal().aborted"))).toBe("false");
    const fetched = await client.interrupt("import { setTimeout as pause } from 'node:timers/promises';\nvoid pause(60_000, null, { signal: interruptSignal() });\nawait new Promise(() => {});", "message");
    expect(fetched.seen.filter(({ type }) => type === "error")).toHaveLength(1);
    await alive();
  });

  it("answer for a long native call that cannot be stopped; later cells wait, saying why, and run", async () => {
    const { client } = kernel();
    // The call lasts as long as its child, which ignores what interrupts children.
    const code = `import { spawnSync } from "node:child_process";\nspawnSync("sh", ["-c", "trap '' INT; echo deaf; sleep 9"], { stdio: "inherit" }); "through"`;
    const stuck = await client.interrupt(code, "message", { after: "deaf" });
    expect(stuck.reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
    expect(stuck.reply.evalue).toMatch(/native call/);
    const waited = await run("kept");
    expect(resultText(waited)).toBe("'kept'");
    expect(streamText(waited, "stderr")).toMatch(/^waiting for a native call/);
  }, 180_000);
});
