import path from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** All notebooks in a browser take as long as half of all else: begun last, they would run on alone. */
const first = /^test\/browser\/notebooks/;
/** Interrupts, crashes, and who answers when: best not beside what keeps both cores busy. */
const last = /^test\/(conformance|browser|bench\/behaviour|kernels\/(typescript|tslab)\/)/;

class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const file = path.relative(import.meta.dirname, moduleId).split(path.sep).join("/");
      return first.test(file) ? 0 : last.test(file) ? 2 : 1;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  resolve: { alias: { noisebook: new URL("./src/index.ts", import.meta.url).pathname } },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    sequence: { sequencer: Sequencer },
    // Bounds on hanging, not on time taken: a busy machine may be twenty times slower.
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
