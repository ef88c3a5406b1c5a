import { brief, ofType, run, shownBy, sleep, textOf } from "./conversation.ts";
import type { Probe } from "./probe.ts";

/** How results and what cells show are told. */
export const resultProbes: readonly Probe[] = [
  {
    id: "execute-result",
    what: "a value that ends a cell is its `execute_result`, with the count",
    async ask({ start }) {
      const kernel = await start();
      const { published, reply } = await run(kernel, "6 * 7");
      const [result] = ofType(published, "execute_result");
      if (!result) return textOf(published).includes("42") ? "it is text on a stream" : "there is none";
      if (result.execution_count !== reply.execution_count) return "its count is not the reply's";
      const text = String(result.data?.["text/plain"]);
      return text === "42" || `its plain text is ${JSON.stringify(text)}`;
    },
  },
  {
    id: "execute-input",
    what: "other clients are told what runs (`execute_input`)",
    async ask({ start }) {
      const { published } = await run(await start(), "6 * 7");
      return ofType(published, "execute_input").length === 1 || "they are not";
    },
  },
  {
    id: "silent",
    what: "a silent request publishes neither input nor result and counts for nothing",
    async ask({ start }) {
      const kernel = await start();
      const before = (await run(kernel, "1")).reply.execution_count ?? 0;
      const { published } = await run(kernel, "6 * 7", { silent: true });
      const told = ["execute_input", "execute_result", "stream"].filter((type) => ofType(published, type).length > 0);
      if (told.length > 0) return `it publishes ${told.join(", ")}`;
      const after = (await run(kernel, "1")).reply.execution_count ?? 0;
      return after === before + 1 || "the count goes up";
    },
  },
  {
    id: "user-expressions",
    what: "`user_expressions` are evaluated beside the cell",
    async ask({ start, code }) {
      const { reply } = await run(await start(), code("const seven = 7;", "seven = 7"), { user_expressions: { product: "seven * 6" } });
      const product = (reply.user_expressions as Record<string, { data?: Record<string, unknown> }> | undefined)?.product;
      return String(product?.data?.["text/plain"]) === "42" || "they are ignored";
    },
  },
  {
    id: "rich",
    what: "one value is shown with several MIME types at once",
    async ask({ start, name, code }) {
      const bundle = `({ "text/html": "<b>rich</b>", "text/plain": "poor" })`;
      const own = name === "tslab" ? `import * as tslab from "tslab";\ntslab.display.html("<b>rich</b>");` : `({ [Symbol.for("Jupyter.display")]: () => ${bundle} })`;
      const { published } = await run(await start(), code(own, 'class Rich:\n  def _repr_html_(self): return "<b>rich</b>"\n  def __repr__(self): return "poor"\nRich()'));
      const data = [...ofType(published, "execute_result"), ...ofType(published, "display_data")][0]?.data ?? {};
      const types = Object.keys(data).sort().join(" and ");
      return types === "text/html and text/plain" || (types === "" ? "no rich output" : `${types} only`);
    },
  },
  {
    id: "update-display",
    what: "what is shown can be updated (`update_display_data`)",
    async ask({ start, name, code }) {
      const own: Readonly<Record<string, string>> = {
        tslab: `import * as tslab from "tslab";\nconst shown = tslab.newDisplay();\nshown.text("1"); shown.text("2");`,
        Deno: `await Deno.jupyter.broadcast("display_data", { data: { "text/plain": "1" }, metadata: {}, transient: { display_id: "a" } });\nawait Deno.jupyter.broadcast("update_display_data", { data: { "text/plain": "2" }, metadata: {}, transient: { display_id: "a" } });`,
      };
      const ours = 'const shown = await display(1); await shown.update(2);';
      const { published } = await run(await start(), code(own[name] ?? ours, 'shown = display(1, display_id="a"); shown.update(2)'));
      const [update] = ofType(published, "update_display_data");
      return String(update?.data?.["text/plain"]) === "2" || "no update arrives";
    },
  },
  {
    id: "timer-output",
    what: "output of a timer goes to the cell that set it, not to the latest",
    async ask({ start, code }) {
      const kernel = await start();
      const first = await run(kernel, code('setTimeout(() => console.log("late"), 1000); 0', 'import threading\nthreading.Timer(1, lambda: print("late")).start()'));
      const second = await run(kernel, "2");
      await sleep(2000);
      if (textOf(first.published).includes("late")) return true;
      return textOf(second.published).includes("late") ? "it goes to the latest" : "it is lost";
    },
    slow: true,
  },
  {
    id: "closures",
    what: "closures of earlier cells see a redeclared binding",
    async ask({ start, code }) {
      const kernel = await start();
      await run(kernel, code("const settings = { rate: 0.1 };\nfunction rate() { return settings.rate; }", 'settings = {"rate": 0.1}\ndef rate(): return settings["rate"]'));
      const told = await run(kernel, code("const settings = { rate: 0.5 };\nrate()", 'settings = {"rate": 0.5}\nrate()'));
      return shownBy(told) === "0.5" || `they see the old one: ${brief(shownBy(told)) || brief(String(told.reply.evalue))}`;
    },
  },
  {
    id: "counter",
    what: "a variable that a function changes is the one that later cells assign",
    async ask({ start, code }) {
      const kernel = await start();
      await run(kernel, code("let count = 0;\nfunction step() { count++; return count; }", "count = 0\ndef step():\n  global count\n  count += 1\n  return count"));
      await run(kernel, "step()");
      await run(kernel, "count = 100");
      const text = shownBy(await run(kernel, "step()"));
      return text === "101" || `100 and one step are ${brief(text)}`;
    },
  },
];
