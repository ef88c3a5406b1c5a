import { homedir } from "node:os";
import path from "node:path";
import { isPromise } from "node:util/types";
import { summary } from "../../session/show/summary.ts";
import { tableBundle } from "../../session/show/table.ts";
import { runCommand } from "./shell.ts";
import { Stopwatch, timeit, timeitText } from "./timing.ts";

const displaySymbol = Symbol.for("Jupyter.display");

/** Name, kind of declaration, and how to get the value. */
export type NameEntry = readonly [name: string, kind: string, value: () => unknown];

/** What magics have become in a cell's script calls these. */
export class SessionMagics {
  /** What TypeScript calls the names that `whos` lists. */
  types: Readonly<Record<string, string>> = {};
  readonly #display: (value: unknown) => Promise<unknown>;
  readonly #signal: () => AbortSignal;
  readonly #watches: Stopwatch[] = [];
  #cellWatch: Stopwatch | undefined;

  constructor(display: (value: unknown) => Promise<unknown>, signal: () => AbortSignal) {
    this.#display = display;
    this.#signal = signal;
  }

  print(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  time(): void {
    this.#watches.push(new Stopwatch());
  }

  timed<T>(value?: T): T | undefined {
    this.print(String(this.#watches.pop()));
    if (isPromise(value)) this.print("(what it gives is a Promise: %time await … times its work)");
    return value;
  }

  timeCell(): void {
    this.#cellWatch = new Stopwatch();
  }

  /** Forgets the watches of a cell that was interrupted. */
  cellStarts(): void {
    this.#cellWatch = undefined;
    this.#watches.length = 0;
  }

  /** The cell is through, however it ended. */
  cellEnded(): void {
    if (this.#cellWatch) this.print(String(this.#cellWatch));
    this.#cellWatch = undefined;
  }

  async timeit(options: { loops?: number; runs?: number }, body: () => unknown): Promise<void> {
    const result = await timeit(body, options);
    this.print(timeitText(result));
    if (isPromise(result.sample)) this.print("(what it gives is a Promise: %timeit await … times its work)");
  }

  shell(command: string, maybeCode: boolean): Promise<void> {
    return runCommand(command, maybeCode, this.#signal());
  }

  env(argument: string): void {
    const [, name, sign, value] = /^([^\s=]*)\s*(=?)\s*([\s\S]*)$/.exec(argument)!;
    if (name === "") this.print(Object.entries(process.env).map(([key, each]) => `${key}=${each}`).sort().join("\n"));
    else if (sign !== "" || value !== "") process.env[name] = value;
    else if (process.env[name] === undefined) throw new ReferenceError(`there is no environment variable "${name}": %env ${name}=value sets it`);
    else this.print(process.env[name]);
  }

  cd(folder: string): void {
    const unquoted = folder.replace(/^(["'])(.*)\1$/, "$2");
    process.chdir(unquoted === "" ? homedir() : path.resolve(unquoted.replace(/^~(?=$|[\\/])/, homedir())));
    this.pwd();
  }

  pwd(): void {
    this.print(process.cwd());
  }

  who(entries: readonly NameEntry[]): void {
    const names = entries.filter((each) => valueOf(each) !== undeclared).map(([name]) => name);
    this.print(names.length === 0 ? "no names are declared" : names.join("  "));
  }

  async whos(entries: readonly NameEntry[]): Promise<void> {
    const rows: string[][] = [];
    for (const each of entries) {
      const [name, kind] = each;
      const value = valueOf(each);
      if (value === undeclared) continue;
      const type = this.types[name] ?? (kind === "import" ? "import" : typeof value);
      rows.push([name, shortened(type), kind === "import" && value === undefined ? "" : summary(value)]);
    }
    if (rows.length === 0) return this.print("no names are declared");
    const bundle = tableBundle({ header: ["name", "type", "value"], rows });
    await this.#display({ [displaySymbol]: () => bundle });
  }
}

const undeclared = Symbol("undeclared");

/** A name that the cell declares further down has no value yet. */
function valueOf([, , value]: NameEntry): unknown {
  try {
    return value();
  } catch {
    return undeclared;
  }
}

const shortened = (type: string): string => (type.length > 80 ? `${type.slice(0, 79)}…` : type);
