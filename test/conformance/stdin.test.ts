import { expect, it } from "vitest";
import { type Answer, resultText, streamText } from "./jupyter.ts";
import { onKernel } from "./kernel-fixture.ts";

onKernel("questions for input", (kernel) => {
  const run = (code: string, ...answers: string[]): Promise<Answer> => kernel().client.execute(code, { answers });

  it("are asked by prompt, after the output so far", async () => {
    const answer = await run("console.log('before'); const name: string = prompt('Your name?'); console.log('after'); `hello ${name}`", "Ada 😀");
    expect(answer.asked).toEqual([{ prompt: "Your name? ", password: false }]);
    expect(resultText(answer)).toBe("'hello Ada 😀'");
    expect(streamText(answer)).toBe("before\nafter\n");
  });

  it("may have a default, and may be passwords", async () => {
    expect(resultText(await run("prompt('Steps?', '50')", ""))).toBe("'50'");
    const secret = await run("prompt('Key?', { password: true }).length", "12345");
    expect(secret.asked).toEqual([{ prompt: "Key? ", password: true }]);
    expect(resultText(secret)).toBe("5");
  });

  it("are asked by confirm", async () => {
    expect(resultText(await run("[confirm('Sure?'), confirm('Really?')]", "y", ""))).toBe("[ true, false ]");
  });

  it("are asked by node:readline, one at a time and only while one waits", async () => {
    const promised = await run(
      `import { createInterface } from "node:readline/promises";
const rl = createInterface({ input: process.stdin, output: process.stdout });
const a = await rl.question("a? ");
await new Promise((resolve) => setTimeout(resolve, 60));
const b = await rl.question("b? ");
rl.close();
a + b`,
      "1",
      "2",
      "never asked for",
    );
    expect(resultText(promised)).toBe("'12'");
    expect(promised.asked).toHaveLength(2);
    expect(streamText(promised)).toBe("a? b? ");
    const called = await run(
      `import readline from "node:readline";
const old = readline.createInterface({ input: process.stdin, output: process.stdout });
const got = await new Promise<string>((resolve) => old.question("c? ", resolve));
old.close();
got`,
      "3",
    );
    expect(resultText(called)).toBe("'3'");
  });

  it("are asked by a loop over the lines", async () => {
    const answer = await run(
      `import { createInterface as lines } from "node:readline";
const words: string[] = [];
const reader = lines({ input: process.stdin });
for await (const line of reader) { if (line === "") break; words.push(line); }
reader.close();
words`,
      "x",
      "y",
      "",
    );
    expect(resultText(answer)).toBe("[ 'x', 'y' ]");
  });

  it.each(["message", "signal"] as const)("are given up when interrupted by %s", async (how) => {
    const { client } = kernel();
    expect((await client.interrupt("prompt('no answer');", how)).reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
    const promised = `import { createInterface } from "node:readline/promises";
await createInterface({ input: process.stdin }).question("no answer");`;
    expect((await client.interrupt(promised, how)).reply.ename).toBe("KeyboardInterrupt");
    expect(resultText(await run("prompt('again')", "yes"))).toBe("'yes'");
  });

  it("are refused where the client takes none", async () => {
    const { client } = kernel();
    const headless = { allow_stdin: false };
    expect((await client.execute("prompt('?')", headless)).reply).toMatchObject({ status: "error", ename: "StdinNotImplementedError" });
    const promised = `import { createInterface } from "node:readline/promises";
await createInterface({ input: process.stdin }).question("?");`;
    expect((await client.execute(promised, headless)).reply).toMatchObject({ status: "error", ename: "StdinNotImplementedError" });
    expect((await client.execute("for await (const chunk of process.stdin) console.log(chunk);", headless)).reply).toMatchObject({ status: "error", ename: "StdinNotImplementedError" });
  });

  it("are refused when no cell runs", async () => {
    const { client } = kernel();
    const { id } = await client.execute("setTimeout(() => prompt('too late'), 50);");
    const late = await client.listen(0.4);
    expect(late.filter(({ parent }) => parent === id)).toMatchObject([{ type: "error", parent: id, content: { ename: "StdinNotImplementedError" } }]);
  });
});
