import { expect, it } from "vitest";
import { progress, table } from "../../../src/plot/index.ts";
import { show } from "./lab.ts";

it("shows columns as plain HTML and as aligned text", async () => {
  const bundle = await show(table({ t: [1, 1000], value: Float64Array.of(1 / 3, 2e-9), law: "q" }, { digits: 3, caption: "Moments" }));
  expect(bundle["text/plain"]).toBe(
    ["Moments", "   t    value  law", "────  ───────  ───", "   1    0.333  q", "1000  2.00e-9  q"].join("\n"),
  );
  expect(bundle["text/html"]).toContain("<caption>Moments</caption>");
  expect(bundle["text/html"]).toContain(
    '<tr><td align="right">1000</td><td align="right">2.00e-9</td><td><div align="left">q</div></td></tr>',
  );
});

it("shows rows, with digits by column and gaps where a row lacks a value", () => {
  expect(String(table([{ a: 0.123456, b: 0.123456 }, { a: 1234567.8 }], { digits: { a: 2 } }))).toBe(
    ["     a       b", "──────  ──────", "  0.12  0.1235", "1.2e+6"].join("\n"),
  );
});

it("escapes what a front end would read as markup, and uses no script or style", async () => {
  const html = (await show(table([{ "<b>": `<script>alert("x")</script>` }], { caption: "a & b" })))["text/html"] ?? "";
  expect(html).not.toMatch(/<script|<b>|style=/);
  expect(html).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
  expect(html).toContain("a &amp; b");
});

it("refuses what it cannot show", () => {
  expect(() => table([])).toThrow(/no rows/);
  expect(() => table({ a: [1] }, { digits: 0 })).toThrow(/0 digits/);
});

it("shows how far a computation is, and at the end nothing that depends on the clock", async () => {
  let time = 0;
  const bar = progress(400, { label: "steps", now: () => time });
  time = 2000;
  bar.advance(100);
  expect(String(bar)).toBe(`steps ${"█".repeat(6)}${"░".repeat(18)} 100/400 · 50.0/s · 6 s left`);
  expect((await show(bar))["text/html"]).toContain('<progress value="100" max="400">');
  time = 99_999;
  expect(String(bar.advance(1000))).toBe(`steps ${"█".repeat(24)} 400/400`);
  expect(() => progress(0)).toThrow(/total 0/);
});
