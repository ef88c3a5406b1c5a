import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import type { JupyterClient } from "./jupyter.ts";
import { onKernel } from "./kernel-fixture.ts";

type Entry = readonly [session: number, line: number, input: string | readonly [string, string | null]];

async function history(client: JupyterClient, options: Record<string, unknown>): Promise<readonly Entry[]> {
  const { reply } = await client.requestWith("history", { raw: true, output: false, ...options });
  expect(reply.status).toBe("ok");
  return reply.history as Entry[];
}
const inputs = (entries: readonly Entry[]): unknown[] => entries.map(([, , input]) => input);

onKernel("history", (kernel) => {
  it("gives the last cells, with results where they are asked for", async () => {
    const { client } = kernel();
    for (const code of ["1 + 1", "let h = 2", "h * 3", "1 + 1"]) await client.execute(code);
    await client.execute("'not kept'", { store_history: false });
    await client.execute("'silent'", { silent: true });
    expect(inputs(await history(client, { hist_access_type: "tail", n: 3 }))).toEqual(["let h = 2", "h * 3", "1 + 1"]);
    expect(inputs(await history(client, { hist_access_type: "tail", n: 3, output: true }))).toEqual([
      ["let h = 2", null],
      ["h * 3", "6"],
      ["1 + 1", "2"],
    ]);
  });

  it("gives a range of this start's cells", async () => {
    const { client } = kernel();
    expect(inputs(await history(client, { hist_access_type: "range", session: 0, start: 2, stop: 4 }))).toEqual(["let h = 2", "h * 3"]);
    expect(inputs(await history(client, { hist_access_type: "range", session: 0, start: 3 }))).toEqual(["h * 3", "1 + 1"]);
  });

  it("searches by pattern, once each or not, the latest only", async () => {
    const { client } = kernel();
    const search = (options: Record<string, unknown>): Promise<readonly Entry[]> => history(client, { hist_access_type: "search", ...options });
    expect(inputs(await search({ pattern: "1 ?*" }))).toEqual(["1 + 1", "1 + 1"]);
    expect(inputs(await search({ pattern: "1 ?*", unique: true }))).toEqual(["1 + 1"]);
    expect((await search({ pattern: "1 ?*", n: 1 })).map(([, line]) => line)).toEqual([4]);
    expect(inputs(await search({ pattern: "h [*] [0-9]" }))).toEqual(["h * 3"]);
    expect(await search({ pattern: "H *" })).toEqual([]);
  });

  it("refuses an access that there is not, and goes on", async () => {
    const { client } = kernel();
    expect((await client.requestWith("history", { hist_access_type: "all" })).reply.status).toBe("error");
    expect(inputs(await history(client, { hist_access_type: "tail", n: 1 }))).toEqual(["1 + 1"]);
  });

  it("is kept between starts, by kernels side by side too", async () => {
    const { folder, another } = kernel();
    const [first, second] = [another(), another()];
    await Promise.all([first.execute("'of the first'"), second.execute("'of the second'")]);
    await Promise.all([first.close(), second.close()]);
    const third = another();
    await third.execute("'of the third'");
    const [all] = [await history(third, { hist_access_type: "tail", n: 20 })];
    expect(inputs(all)).toEqual(expect.arrayContaining(["1 + 1", "h * 3", "'of the first'", "'of the second'"]));
    expect(inputs(all).at(-1)).toBe("'of the third'");
    const sessions = all.map(([session]) => session);
    expect(new Set(sessions).size).toBe(4);
    expect(sessions).toEqual([...sessions].sort((a, b) => a - b));
    const [current] = sessions.slice(-1);
    const before = await history(third, { hist_access_type: "range", session: -1, start: 1 });
    expect(before.map(([session]) => session)).toEqual([current - 1]);
    expect(readdirSync(path.join(folder, "history"))).toHaveLength(4);
  });

  it("is kept in memory only where that is wanted", async () => {
    const { folder, another } = kernel();
    const client = another({ NOISEBOOK_HISTORY: "off" });
    await client.execute("'gone'");
    expect(inputs(await history(client, { hist_access_type: "tail", n: 20 }))).toEqual(["'gone'"]);
    expect(readdirSync(path.join(folder, "history"))).toHaveLength(4);
  });
});
