import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { caseEnvironment, caseFiles, defineCases } from "./cases.ts";
import { JupyterClient, jupyterOrSkip, temporaryFolder } from "./jupyter.ts";
import { alive, descendants, until } from "./processes.ts";

const jupyter = await jupyterOrSkip("the kernel under jupyter_client");

describe.skipIf(!jupyter)("the kernel under jupyter_client", () => {
  const temporary = temporaryFolder();
  let client: JupyterClient;
  beforeAll(() => {
    for (const [name, text] of Object.entries(caseFiles)) writeFileSync(path.join(temporary.folder, name), text);
    if (jupyter) client = new JupyterClient(jupyter, temporary.folder, caseEnvironment);
  });
  afterAll(async () => {
    await client.close();
    temporary.remove();
  });
  defineCases(it, "noisebook", () => client);
});

describe.skipIf(!jupyter)("a kernel whose client dies", () => {
  it("ends within seconds, though a cell spins", async () => {
    const temporary = temporaryFolder();
    const client = new JupyterClient(jupyter!, temporary.folder);
    const pid = await client.pid();
    await client.execute("setTimeout(() => { for (;;) {} }, 50);");
    const family = [pid, ...descendants(pid)];
    client.kill();
    expect(await until(() => !family.some(alive), 10)).toBe(true);
    temporary.remove();
  });
});
