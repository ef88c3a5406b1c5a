import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { JupyterClient, jupyterOrSkip, resultText, temporaryFolder } from "./jupyter.ts";
import { alive, descendants, until } from "./processes.ts";

const jupyter = await jupyterOrSkip("the tslab engine's spare session");

describe.skipIf(!jupyter)("the tslab engine's next session", () => {
  const { folder, remove } = temporaryFolder();
  const client = new JupyterClient(jupyter!, folder, { NOISEBOOK_HISTORY: "off" }, "noisebook-tslab");
  afterAll(async () => {
    await client.close();
    remove();
  });
  const isSession = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("tslab-session");
  const sessionPid = async (): Promise<number> => Number(resultText(await client.execute("process.pid")));
  /** The one that waits beside the one that runs. */
  const spareOf = async (kernel: number, running: number): Promise<number> => {
    const spares = (): number[] => descendants(kernel).filter((pid) => pid !== running && alive(pid) && isSession(pid));
    expect(await until(() => spares().length === 1, 15)).toBe(true);
    return spares()[0]!;
  };

  it("waits while one runs, takes its place, and sees what has been written meanwhile; a dead one is passed over, and none remains", async () => {
    const kernel = await client.pid();
    const first = await sessionPid();
    const spare = await spareOf(kernel, first);
    writeFileSync(path.join(folder, "late.ts"), "export const late = 'written later';\n");
    expect((await client.execute("process.exit(0)")).reply.ename).toBe("SessionLost");
    expect(await sessionPid()).toBe(spare);
    expect(resultText(await client.execute('import { late } from "./late";\nlate'))).toBe("'written later'");

    const next = await spareOf(kernel, spare);
    process.kill(next, "SIGKILL");
    expect(await until(() => !alive(next), 5)).toBe(true);
    expect((await client.execute("process.exit(0)")).reply.ename).toBe("SessionLost");
    const third = await sessionPid();
    expect([first, spare, next]).not.toContain(third);

    const family = [kernel, third, await spareOf(kernel, third)];
    expect(await client.shutdown()).toEqual({ alive: false });
    expect(await until(() => !family.some(alive), 6)).toBe(true);
  }, 60_000);
});
