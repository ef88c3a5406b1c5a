import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CellTransformer } from "../../../../kernels/typescript/cell/transform.ts";
import { mapStack, SourceMaps } from "../../../../kernels/typescript/sourcemap/index.ts";

interface Reply {
  readonly value?: string;
  readonly error?: string;
}

/** Cells through the real transformer into a real V8 REPL in a process of its own. */
export class Repl {
  readonly transformer = new CellTransformer();
  readonly maps = new SourceMaps();
  readonly #child: ChildProcess;
  #cells = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(folder = process.cwd()): Promise<Repl> {
    const child = fork(fileURLToPath(new URL("repl-child.mjs", import.meta.url)), [folder], { execArgv: [] });
    await once(child, "message");
    return new Repl(child);
  }

  /** The cell's value as Node prints it; a thrown error rejects with its stack, mapped. */
  async run(cell: string): Promise<string> {
    const script = this.transformer.transform(cell, `cell-${++this.#cells}.ts`);
    this.maps.add(script.url, script.map);
    this.transformer.commit(script);
    const reply = once(this.#child, "message");
    this.#child.send(script.code);
    const [{ value, error }] = (await reply) as [Reply];
    if (error !== undefined) throw new Error(mapStack(error, this.maps));
    return value ?? "";
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }
}
