import type { Header } from "../../protocol/message.ts";
import type { CellScript } from "../cell/transform.ts";
import type { Engine } from "../server/engine.ts";
import type { Publisher } from "../server/publisher.ts";
import type { Sessions } from "../server/sessions.ts";
import type { AdapterParts, DebugAdapter } from "./adapter.ts";
import { CellLog } from "./cells.ts";
import type { DebugRequest } from "./dap.ts";

export interface DebuggingParts {
  readonly engine: Engine;
  readonly publisher: Publisher;
  readonly sessions: Sessions;
  readonly interrupt: () => void;
}

/** The server's side of debugging. Until a client asks for it nothing is loaded and nothing watches. */
export class Debugging {
  readonly #parts: DebuggingParts;
  readonly #cells = new CellLog();
  #adapter: DebugAdapter | undefined;
  /** Events go to whoever asked last. */
  #parent: Header | undefined;

  constructor(parts: DebuggingParts) {
    this.#parts = parts;
    const { sessions } = parts;
    sessions.onDebug((report) => this.#adapter?.receive(report));
    sessions.onReplaced(() => {
      this.#cells.reset();
      this.#adapter?.sessionReplaced();
    });
  }

  async request(content: unknown, parent: Header): Promise<unknown> {
    const request = content as DebugRequest;
    const refused = { type: "response", seq: 0, request_seq: request.seq, command: request.command, success: false, body: {} };
    if (!this.#parts.engine.debugs) return { ...refused, message: `the ${this.#parts.engine.name} engine has no debugger; the noisebook kernel has` };
    this.#parent = parent;
    await this.#parts.sessions.ready;
    this.#adapter ??= this.#load();
    return this.#adapter.request(request);
  }

  /** To be awaited before a cell is sent to the session. Gives whether someone debugs. */
  async beforeCell(script: Pick<CellScript, "url" | "map" | "names">, label: string, code: string): Promise<boolean> {
    const cell = this.#cells.add(script, label, code);
    if (!this.#adapter?.attached) return false;
    await this.#adapter.beforeCell(cell).catch(() => {});
    return true;
  }

  #load(): DebugAdapter {
    const { engine, interrupt, publisher, sessions } = this.#parts;
    const { DebugAdapter: Adapter } = require("./adapter.ts") as typeof import("./adapter.ts");
    const compiler = engine.createCells();
    const parts: AdapterParts = {
      cells: this.#cells,
      control: (command) => sessions.control(command),
      publish: (event) => publisher.publish("debug_event", event, this.#parent),
      compileCell: (code) => compiler.transform(code, "cell.ts").map,
      interrupt,
      declare: (name) => engine.types?.commit(`let ${name}: any;`),
    };
    return new Adapter(parts);
  }
}
