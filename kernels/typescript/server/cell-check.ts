import type { Header } from "../../protocol/message.ts";
import type { CellScript } from "../cell/transform.ts";
import type { CheckOutcome } from "../checker/protocol.ts";
import { typeErrors } from "./cell-errors.ts";
import type { TypeService } from "./engine.ts";
import type { Publisher } from "./publisher.ts";

/** Whether the transformer reads a cell as it stands: it has no magics, and what begins it is no object that looks like a block. */
export const isReadAsTyped = (code: string): boolean => !/^[%!]/m.test(code) && !/^\s*\{/.test(code);

/** The errors of a cell as the transformer read it. */
export async function checkCell(types: TypeService, { parenthesized }: CellScript, code: string): Promise<CheckOutcome> {
  if (!parenthesized) return types.check(code);
  const found = await types.check(`(${code}\n)`);
  return "unavailable" in found ? found : found.map((each) => (each.line === 1 ? { ...each, column: each.column - 1 } : each));
}

/** Tells of checks beside the cell's own output. */
export class CheckNotes {
  readonly #publisher: Publisher;
  #uncheckedTold = false;

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  warn(found: CheckOutcome, code: string, label: string, parent: Header): void {
    if ("unavailable" in found) return this.unchecked(found.unavailable, parent);
    if (found.length > 0) this.#publisher.text("stderr", `${typeErrors(found, code, label).traceback.join("\n")}\n`, parent);
  }

  /** Once is enough. It depends on the machine, so `noisebook check` does not compare it. */
  unchecked(reason: string, parent: Header): void {
    if (this.#uncheckedTold) return;
    this.#uncheckedTold = true;
    const data = { "text/plain": `types are not checked: ${reason}` };
    this.#publisher.publish("display_data", { data, metadata: { noisebook: { volatile: true } }, transient: {} }, parent);
  }
}
