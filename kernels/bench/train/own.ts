import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { loadTensors } from "../../../src/tensor/load.ts";
import { tensorBackend } from "../../../src/tensor/index.ts";
import { messageOf } from "../../client/exit-codes.ts";
import { watchEventLoop } from "./event-loop.ts";
import { perOperation, transfer } from "./micro.ts";
import { OwnSteps, ownModes } from "./own-steps.ts";
import { readProblem } from "./problem.ts";

type Request = Readonly<Record<string, unknown>> & { readonly op: string };

/** Our side of the bench: answers on descriptor 3 what stdin asks for, one line of JSON each, until stdin ends. */
export async function serveOwnSide(folder: string, mode: string): Promise<void> {
  const answers = createWriteStream("", { fd: 3 });
  const operations = await open(folder, mode).catch((error: unknown) => messageOf(error));
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    let reply: object;
    try {
      if (typeof operations === "string") throw new Error(operations);
      const operation = operations[request.op];
      if (!operation) throw new Error(`there is no operation "${request.op}"`);
      reply = await operation(request);
    } catch (error) {
      reply = { error: messageOf(error) };
    }
    answers.write(`${JSON.stringify(reply)}\n`);
  }
}

async function open(folder: string, wish: string): Promise<Record<string, (request: Request) => Promise<object>>> {
  const mode = ownModes.find((each) => each === wish);
  if (!mode) throw new RangeError(`mode "${wish}" is none of ${ownModes.join(", ")}`);
  const tf = await loadTensors();
  const problem = readProblem(folder);
  const steps = new OwnSteps(problem, mode);
  const timed = async <T>(work: () => Promise<T>): Promise<[seconds: number, T]> => {
    const started = performance.now();
    const result = await work();
    return [(performance.now() - started) / 1000, result];
  };
  const takeSteps = async (count: number): Promise<{ seconds: number[]; losses: number[] }> => {
    const taken: [number, number][] = [];
    for (let i = 0; i < count; i++) taken.push(await timed(() => steps.step()));
    return { seconds: taken.map(([seconds]) => seconds), losses: taken.map(([, loss]) => loss) };
  };
  return {
    steps: ({ count }) => takeSteps(count as number),
    async sample({ values, steps: count }) {
      const [seconds, sampled] = await timed(() => steps.sample(count as number | undefined));
      return { seconds: [seconds], values: values ? [...sampled] : [] };
    },
    async about() {
      const { name, title } = tensorBackend();
      const parameters = [...steps.model.parameters.values()].reduce((sum, { size }) => sum + size, 0);
      return { backend: name, version: title, threads: 0, parameters };
    },
    async eventLoop({ count }) {
      const { result, gaps } = await watchEventLoop(() => takeSteps(count as number));
      return { ...result, gaps };
    },
    async memory() {
      const { numTensors, numBytes } = tf.memory();
      return { tensors: numTensors, tensorBytes: numBytes, residentBytes: process.memoryUsage.rss() };
    },
    perOperation: async () => perOperation(tf),
    transfer: async () => transfer(tf),
  };
}
