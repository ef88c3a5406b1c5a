import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../kernels/root.ts";
import { caseEnvironment, type Define, defineCases, writeCaseFiles } from "./cases.ts";
import { JupyterClient, jupyterOrSkip, resultText, type Seen, temporaryFolder } from "./jupyter.ts";
import { defineLanguageCases } from "./language-cases.ts";
import { tslabLimits } from "./tslab-limits.ts";

const jupyter = await jupyterOrSkip("the tslab engine under jupyter_client");

/** A kernel that starts with its first test. */
function startedKernel(name: string): { name: string; folder: string; client: () => JupyterClient } {
  const temporary = temporaryFolder();
  let client: JupyterClient | undefined;
  afterAll(async () => {
    await client?.close();
    temporary.remove();
  });
  writeCaseFiles(temporary.folder);
  return { name, folder: temporary.folder, client: () => (client ??= new JupyterClient(jupyter!, temporary.folder, caseEnvironment, name)) };
}

describe.skipIf(!jupyter)("the tslab engine", () => {
  const readme = path.join(packageRoot, "kernels", "tslab", "README.md");
  const failed: string[] = [];
  const define: Define = (name, body, timeoutMs) => {
    if (!Object.hasOwn(tslabLimits, name)) return void it(name, body, timeoutMs);
    it(`cannot: ${name}`, async () => {
      await expect(body(), "it can: take the case off tslab-limits.ts").rejects.toThrow(/expected/);
      failed.push(name);
    }, timeoutMs);
  };
  const kernel = startedKernel("noisebook-tslab");
  defineLanguageCases(define, kernel);
  defineCases(define, kernel);

  it("says in its README what it cannot do (vitest --update writes it anew)", async () => {
    expect([...failed].sort()).toEqual(Object.keys(tslabLimits).sort());
    const rows = failed.map((name) => `| ${name} | ${tslabLimits[name]} |`);
    const table = ["| a case that our own engine passes | in the tslab engine |", "|---|---|", ...rows].join("\n");
    await expect(withSection(readFileSync(readme, "utf8"), "limits", table)).toMatchFileSnapshot(readme);
  });
});

function withSection(text: string, name: string, body: string): string {
  const [open, close] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  expect(text).toContain(open);
  return `${text.slice(0, text.indexOf(open))}${open}\n${body}\n${text.slice(text.indexOf(close))}`;
}

describe.skipIf(!jupyter).each(["noisebook", "noisebook-tslab"])('import … from "tslab" in the kernel %s', (name) => {
  const { client } = startedKernel(name);
  const displays = async (code: string): Promise<readonly Seen[]> => {
    const { seen, reply } = await client().execute(code);
    expect(reply.traceback ?? []).toEqual([]);
    return seen.filter(({ type }) => type.endsWith("display_data"));
  };

  it.each([
    ["html", "text/html", "'<b>x</b>'", "<b>x</b>"],
    ["javascript", "text/javascript", "'1 + 1'", "1 + 1"],
    ["markdown", "text/markdown", "'*x*'", "*x*"],
    ["latex", "text/latex", "'$x$'", "$x$"],
    ["svg", "image/svg+xml", "'<svg/>'", "<svg/>"],
    ["text", "text/plain", "'x'", "x"],
    ["png", "image/png", "new Uint8Array([1, 2, 3])", "AQID"],
    ["jpeg", "image/jpeg", "Buffer.from([1, 2, 3])", "AQID"],
    ["gif", "image/gif", "new Uint8Array([9, 1, 2, 3]).subarray(1)", "AQID"],
    ["pdf", "application/pdf", "new Uint8Array([1, 2, 3])", "AQID"],
  ])("display.%s shows %s", async (method, type, argument, data) => {
    const shown = await displays(`import { display } from "tslab";\ndisplay.${method}(${argument});`);
    expect(shown).toMatchObject([{ type: "display_data", content: { data: { [type]: data }, metadata: {}, transient: {} } }]);
    expect(shown[0].content.transient).not.toHaveProperty("display_id");
  });

  it("display.raw takes any type, of text or bytes", async () => {
    const shown = await displays('import { display } from "tslab";\ndisplay.raw("x/text", "t"); display.raw("x/bytes", new Uint8Array([1, 2, 3]));');
    expect(shown.map(({ content }) => content.data)).toEqual([{ "x/text": "t" }, { "x/bytes": "AQID" }]);
  });

  it("newDisplay keeps to one output, which its later calls replace, also from later cells", async () => {
    const shown = await displays('import { newDisplay } from "tslab";\nconst bar = newDisplay(); const other = newDisplay();\nbar.text("1"); other.html("a"); bar.text("2");');
    const later = await displays('bar.markdown("3")');
    expect([...shown, ...later].map(({ type, content }) => [type, content.data])).toEqual([
      ["display_data", { "text/plain": "1" }],
      ["display_data", { "text/html": "a" }],
      ["update_display_data", { "text/plain": "2" }],
      ["update_display_data", { "text/markdown": "3" }],
    ]);
    const ids = [...shown, ...later].map(({ content }) => (content.transient as { display_id: string }).display_id);
    expect(ids).toEqual([ids[0], expect.stringMatching(/^[0-9a-f]{16}$/), ids[0], ids[0]]);
    expect(ids[1]).not.toBe(ids[0]);
  });

  it("displays in the order of the cell's other output", async () => {
    const { seen } = await client().execute('import { display } from "tslab";\nconsole.log("a"); display.text("b"); console.log("c");');
    expect(seen.map(({ type }) => type)).toEqual(["status", "execute_input", "stream", "display_data", "stream", "status"]);
  });

  it("has tslab's types", async () => {
    const wrong = await client().execute('import { display } from "tslab";\ndisplay.html(3);');
    expect(wrong.reply).toMatchObject({ status: "error", ename: "TypeScriptError" });
    expect(wrong.reply.evalue).toContain("TS2345");
    expect((await client().execute('import { displays } from "tslab";')).reply.evalue).toMatch(/TS(2305|2724)/);
  });

  it("tells versions", async () => {
    const versions = await client().execute('import { versions } from "tslab";\nversions');
    const typescript = name === "noisebook" ? "7.0.2" : "5.0.4";
    expect(resultText(versions)).toMatch(new RegExp(`^\\{ tslab: '1\\.0\\.22', typescript: '${typescript}', node: 'v`));
  });

  it("serves files that a cell imports, too", async () => {
    const shown = await displays('import { show } from "./shows";\nshow();');
    expect(shown.map(({ content }) => content.data)).toEqual([{ "text/plain": "from a file" }]);
  });
});
