import { writeSync } from "node:fs";
import { type CheckpointToSave, loadCheckpoint, saveCheckpoint } from "../../../src/checkpoint/index.ts";

/** A checkpoint of about `kilobytes`, of which every value tells its step. */
const filled = (step: number, kilobytes: number): CheckpointToSave => ({
  step,
  tensors: new Map([
    ["weights/a", { shape: [128 * kilobytes], data: new Float32Array(128 * kilobytes).fill(step) }],
    ["weights/b", { shape: [128, kilobytes], data: new Float32Array(128 * kilobytes).fill(-step) }],
  ]),
  state: { step },
});

const say = (what: unknown): void => void writeSync(1, `${JSON.stringify(what)}\n`);
const [task, folder = ".", ...numbers] = process.argv.slice(2);

if (task === "on and on") {
  // Until it is killed: each step that is said has been saved.
  say("ready");
  for (let step = Number(numbers[0]) + 1; ; step++) {
    await saveCheckpoint(folder, filled(step, Number(numbers[1])), { keep: 2 });
    say(step);
  }
} else {
  // One checkpoint of each size, and what came of it.
  for (const [i, kilobytes] of numbers.entries()) {
    const failure = await saveCheckpoint(folder, filled(i + 1, Number(kilobytes)), { keep: 9 }).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => ({ code: error.code, message: error.message }),
    );
    const latest = await loadCheckpoint(folder).catch(() => undefined);
    const { readdir } = await import("node:fs/promises");
    const sound = latest !== undefined && latest.tensors.get("weights/b")!.data.at(-1) === -latest.step;
    say({ failure, latest: latest?.step, sound, files: (await readdir(folder)).sort() });
  }
}
