import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../kernels/root.ts";
import { findLibrary } from "../../src/tensor/tensorflow/library.ts";
import { type Answer, resultText } from "./jupyter.ts";
import { onKernel } from "./kernel-fixture.ts";

onKernel(
  "what an interrupt leaves half done",
  (kernel) => {
    const run = (code: string): Promise<Answer> => kernel().client.execute(code);
    const cut = async (code: string): Promise<void> => {
      expect((await kernel().client.interrupt(code, "message")).reply.ename).toBe("KeyboardInterrupt");
    };
    const value = async (code: string): Promise<unknown> => {
      const answer = await run(code);
      return resultText(answer) ?? answer.reply.evalue;
    };

    it("a display that has no bundle yet does not hold up those of later cells", async () => {
      await cut('void display({ [Symbol.for("Jupyter.display")]: () => new Promise(() => {}) }); await new Promise(() => {});');
      const { seen, reply } = await run("await display(1); await display(2);");
      expect(reply.status).toBe("ok");
      expect(seen.filter(({ type }) => type === "display_data")).toHaveLength(2);
    });

    it("all who wait for its signal are told, however long one of them takes", async () => {
      await cut(`var told: number[] = [];
for (const n of [1, 2, 3]) interruptSignal().addEventListener("abort", () => { for (const start = Date.now(); Date.now() < start + 200; ); told.push(n); });
for (;;) {}`);
      expect(await value("told.join()")).toBe("'1,2,3'");
    });

    it("what earlier cells started and a later one set spinning is ended, too", async () => {
      await run("var spin = false; var again = () => setTimeout(() => { again(); while (spin); }, 5); again();");
      await cut("spin = true; await new Promise(() => {});");
      expect(await value("'free'")).toBe("'free'");
    });

    const write = (name: string, text: string): void => {
      mkdirSync(path.join(kernel().folder, "node_modules", path.dirname(name)), { recursive: true });
      writeFileSync(path.join(kernel().folder, "node_modules", name), text);
    };
    const load = (name: string): void => write(`${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: name.endsWith("-cjs") ? "index.cjs" : "index.mjs" }));

    it.each([
      ["of an ES module", "slow", 'import { x } from "slow"; [x, loads]'],
      ["of a CommonJS module", "slow-cjs", 'import { x } from "slow-cjs"; [x, loads]'],
      ["by require", "slow-cjs", 'const { x } = require("slow-cjs"); [x, loads]'],
    ])("a package's import, %s, which Node.js could not begin anew: it is there when it is asked for again", async (_, name, code) => {
      const { client } = kernel();
      load(name);
      const busy = "globalThis.loads = (globalThis.loads ?? 0) + 1; for (const start = Date.now(); Date.now() < start + 1000; );";
      write(`${name}/index.mjs`, `${busy}\nexport const x = 1;\n`);
      write(`${name}/index.cjs`, `${busy}\nexports.x = 1;\n`);
      await run("%reset");
      expect((await client.interrupt(code, "message", { delay: 0.6 })).reply.ename).toBe("KeyboardInterrupt");
      expect(await value(code)).toBe("[ 1, 1 ]");
    });

    it("the import of a package that never ends, sooner or later", async () => {
      load("endless");
      write("endless/index.mjs", "for (;;);\n");
      await cut('import "endless";');
      expect(await value("'free'")).toBe("'free'");
    });

    describe.skipIf(findLibrary().found.length === 0)("of tensors", () => {
      beforeAll(async () => {
        await run('import * as tf from "@tensorflow/tfjs-node-gpu"; import { adam, compile, denoising, key, linearSchedule, mixturePoints, mlp, ringMixture, train } from "noisebook";');
      });

      it("a step that is being compiled: variables and tfjs are as before", async () => {
        await run("var v = tf.variable(tf.tensor1d([1, 2])); var spinning = true; var step = compile((x) => { const y = tf.mul(v, x); v.assign(tf.mul(v, 3)); while (spinning); return y; });");
        await cut("step(tf.scalar(2))");
        expect(await value("spinning = false; v.dataSync().join()")).toBe("'1,2'");
        expect(await value("[step(tf.scalar(2)), v].map((each) => each.dataSync().join()).join(' ')")).toBe("'2,4 3,6'");
      });

      it("a gradient: later ones are found, nothing is recorded any more, and what its tidy held is let go", async () => {
        await run("var before = tf.memory().numTensors;");
        await cut("tf.grad((x) => { const y = tf.square(x); for (;;) tf.tidy(() => tf.mul(y, 2)); })(tf.scalar(3))");
        expect(await value("tf.memory().numTensors - before < 5")).toBe("true");
        expect(await value("tf.grad((x) => tf.square(x))(tf.scalar(3)).dataSync()[0]")).toBe("6");
        expect(await value("tf.engine().isTapeOn() || compile((x) => tf.mul(x, 2))(tf.scalar(4)).dataSync()[0]")).toBe("8");
      });

      it("a training whose weights have been updated in part: the next one does not wait for it", async () => {
        const backend = JSON.stringify(path.join(packageRoot, "src/tensor/tensorflow/backend.ts"));
        await run(`import { tensorFlowBackend } from ${backend};
const { handles } = tensorFlowBackend().binding;
const swap = handles.swap.bind(handles);
var updates = 0, spinAt = Infinity;
handles.swap = (id, handle) => { if (++updates === spinAt) for (;;) {} swap(id, handle); };
var model = mlp({ dimension: 2, width: 8, blocks: 1 }, key(1));
var go = async (steps) => {
  const schedule = linearSchedule({ T: 50, betaStart: 1e-3, betaEnd: 0.3 });
  const data = mixturePoints(ringMixture(), { key: key(2), count: 100 });
  const losses = [];
  for await (const { loss } of train({ model, data, schedule, objective: denoising(), optimizer: adam({ learningRate: 1e-3 }), key: key(3), batch: 12, steps, bar: false })) losses.push(loss);
  return losses.length;
};`);
        expect(await value("await go(3)")).toBe("3");
        for (const more of [1, 7, 20]) {
          await cut(`spinAt = updates + 3 * model.parameters.size + ${more}; await go(1000)`);
          expect(await value("spinAt = Infinity; await go(3)")).toBe("3");
        }
      }, 60_000);
    });
  },
  { NOISEBOOK_CHECK: "off" },
);
