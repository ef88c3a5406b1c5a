import type { WriteStream } from "node:tty";
import type { CellResult, NotebookObserver, NotebookResult, RunObserver } from "../run/result.ts";
import { notebookLine } from "./lines.ts";
import { type Colours, duration, fit, oneLine, width } from "./text.ts";

interface Running {
  readonly label: string;
  readonly started: number;
  cells: readonly CellResult[];
  expected: readonly (number | undefined)[];
  done: number;
  current: CellResult | undefined;
  cellStarted: number;
}

const redrawMs = 100;
const barColumns = 16;

/** Progress for a terminal: one line a running notebook, redrawn in place; what has ended stays above. */
export class LiveProgress implements RunObserver {
  readonly #stream: WriteStream;
  readonly #colours: Colours;
  readonly #running = new Set<Running>();
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: WriteStream, colours: Colours) {
    this.#stream = stream;
    this.#colours = colours;
  }

  note(line: string): void {
    this.#stream.write(`${this.#erase()}${line}\n`);
    this.#draw();
  }

  started(label: string): NotebookObserver {
    const running: Running = { label, started: performance.now(), cells: [], expected: [], done: 0, current: undefined, cellStarted: 0 };
    this.#running.add(running);
    this.#timer ??= setInterval(() => this.#draw(), redrawMs);
    this.#draw();
    return {
      ready: (cells, expected) => Object.assign(running, { cells, expected }),
      cellStarted: (cell) => Object.assign(running, { current: cell, cellStarted: performance.now() }),
      cellEnded: (cell: CellResult) => {
        running.done++;
        running.current = undefined;
        for (const warning of cell.warnings) this.note(`${this.#colours.yellow("warning:")} ${label}, cell ${cell.index + 1}: ${warning}`);
      },
      ended: (result: NotebookResult) => {
        this.#running.delete(running);
        this.note(notebookLine(result, this.#colours));
        if (this.#running.size > 0) return;
        clearInterval(this.#timer);
        this.#timer = undefined;
      },
    };
  }

  #draw(): void {
    const columns = (this.#stream.columns || 80) - 1;
    const rows = (this.#stream.rows || 24) - 1;
    const lines = [...this.#running].slice(0, rows).map((running) => this.#line(running, columns));
    const text = this.#erase() + lines.map((line) => `${line}\n`).join("");
    this.#drawn = lines.length;
    if (text !== "") this.#stream.write(text);
  }

  #erase(): string {
    const up = this.#drawn === 0 ? "" : `\u001b[${this.#drawn}A\r\u001b[J`;
    this.#drawn = 0;
    return up;
  }

  #line(running: Running, columns: number): string {
    const now = performance.now();
    const total = running.cells.length;
    const filled = total === 0 ? 0 : Math.round((barColumns * running.done) / total);
    const bar = `${"█".repeat(filled)}${"░".repeat(barColumns - filled)}`;
    const left = timeLeft(running, now);
    const times = `${duration((now - running.started) / 1000)}${left === undefined ? "" : `, ${duration(left)} left`}`;
    const head = `${bar} ${running.done}/${total || "?"} ${fit(oneLine(running.label), Math.floor(columns / 3))} ${times}`;
    const cell = running.current;
    const what =
      cell === undefined
        ? total === 0 ? "starting the kernel" : ""
        : `cell ${cell.index + 1} ${duration((now - running.cellStarted) / 1000)}: ${oneLine(cell.firstLine)}`;
    const tail = what === "" ? "" : fit(`  ${what}`, columns - width(head));
    return fit(head, columns) + this.#colours.dim(tail);
  }
}

/** Seconds until the notebook should be done; undefined unless every cell to come has run before. */
function timeLeft({ cells, expected, done, current, cellStarted }: Running, now: number): number | undefined {
  if (cells.length === 0) return undefined;
  let seconds = 0;
  for (let i = done; i < cells.length; i++) {
    const known = expected[i];
    if (known === undefined) return undefined;
    seconds += known;
  }
  if (current === undefined) return seconds;
  return Math.max(0, seconds - Math.min((now - cellStarted) / 1000, expected[done] ?? 0));
}
