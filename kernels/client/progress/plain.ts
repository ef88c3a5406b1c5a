import type { CellResult, NotebookObserver, NotebookResult, RunObserver } from "../run/result.ts";
import { cellLine, notebookLine } from "./lines.ts";
import { type Colours, plural } from "./text.ts";

/** Progress for pipes and logs: a line for each thing that ended, none that changes. */
export class PlainProgress implements RunObserver {
  readonly #print: (line: string) => void;
  readonly #colours: Colours;

  constructor(print: (line: string) => void, colours: Colours) {
    this.#print = print;
    this.#colours = colours;
  }

  note(line: string): void {
    this.#print(line);
  }

  started(label: string): NotebookObserver {
    let codeCells = 0;
    return {
      ready: (cells: readonly CellResult[]) => {
        codeCells = cells.length;
        this.#print(`${label}: ${plural(codeCells, "code cell")}`);
      },
      cellStarted: () => {},
      cellEnded: (cell: CellResult) => this.#print(cellLine(label, cell, this.#colours)),
      ended: (result: NotebookResult) => this.#print(notebookLine(result, this.#colours)),
    };
  }
}
