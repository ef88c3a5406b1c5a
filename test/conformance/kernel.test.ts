import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { caseEnvironment, defineCases, writeCaseFiles } from "./cases.ts";
import { JupyterClient, jupyterOrSkip, temporaryFolder } from "./jupyter.ts";
import { defineLanguageCases } from "./language-cases.ts";
import { alive, descendants, until } from "./processes.ts";

const jupyter = await jupyterOrSkip("the kernel under jupyter_client");

describe.skipIf(!jupyter)("the kernel under jupyter_client", () => {
  const temporary = temporaryFolder();
  let client: JupyterClient;
  beforeAll(() => {
    writeCaseFiles(temporary.folder);
    if (jupyter) client = new JupyterClient(jupyter, temporary.folder, caseEnvironment);
  });
  afterAll(async () => {
    await client.close();
    temporary.remove();
  });
  const kernel = { name: "noisebook", folder: temporary.folder, client: () => client };
  defineLanguageCases(it, kernel);
  defineCases(it, kernel);
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
