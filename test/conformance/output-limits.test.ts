import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { resultText, streamText } from "./jupyter.ts";
import { onKernel } from "./kernel-fixture.ts";

const residentMB = (pid: number): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1000;

onKernel(
  "limits of output",
  (kernel) => {
    it("hold back a cell's text beyond 1 MB, and say how much and how to get it", async () => {
      const { client } = kernel();
      const flood = await client.execute("const line = 'x'.repeat(99) + '\\n'; for (let i = 0; i < 100_000; i++) process.stdout.write(line); 'done'");
      expect(streamText(flood)).toHaveLength(1_000_000);
      expect(streamText(flood, "stderr")).toMatch(/^\n\[9 MB more text was held back: a cell shows up to 1 MB of text; NOISEBOOK_TEXT_LIMIT=… raises that, off lifts it\]\n$/);
      expect(resultText(flood)).toBe("'done'");
      expect(streamText(await client.execute("console.log('the next cell has a limit of its own')"))).toMatch(/^the next cell/);
    });

    it("count text of a timer that outlives its cell, and tell once", async () => {
      const { client } = kernel();
      const { id } = await client.execute("let n = 0; const t = setInterval(() => { console.log('y'.repeat(400_000)); if (++n === 6) clearInterval(t); }, 5);");
      const late = (await client.listen(0.8)).filter(({ type, parent }) => type === "stream" && parent === id);
      const text = late.map(({ content }) => content.text).join("");
      expect(text.match(/more text is held back/g)).toHaveLength(1);
      expect(text.replace(/[^y]/g, "").length).toBeLessThanOrEqual(1_000_000);
    });

    it("replace displays beyond 2 MB a cell by a line that says so, results too", async () => {
      const { client } = kernel();
      const answer = await client.execute(`const big = (n: number) => ({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "z".repeat(n) }) });
display(big(1_500_000)); display(big(600_000)); display(big(400_000)); big(3_000_000)`);
      const shown = answer.seen.filter(({ type }) => type === "display_data" || type === "execute_result").map(({ content }) => content.data!);
      expect(shown.map((data) => String(data["text/html"] ?? data["text/plain"]).length < 1000)).toEqual([false, true, false, true]);
      expect(shown[1]["text/plain"]).toBe("[an output of 600 kB is held back: a cell shows up to 2 MB of displays; NOISEBOOK_DISPLAY_LIMIT=… raises that, off lifts it]");
    });

    it("keep the server's memory bounded in an endless flood", async () => {
      const { client } = kernel();
      const pid = await client.pid();
      const before = residentMB(pid);
      const flood = await client.interrupt("for (;;) process.stdout.write('w'.repeat(65_536));", "message", { delay: 2.5 });
      expect(flood.reply.ename).toBe("KeyboardInterrupt");
      expect(streamText(flood)).toHaveLength(1_000_000);
      expect(residentMB(pid) - before).toBeLessThan(150);
    });
  },
  { NOISEBOOK_TEXT_LIMIT: "1M", NOISEBOOK_DISPLAY_LIMIT: "2 MB" },
);
