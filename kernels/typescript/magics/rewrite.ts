import { MagicString } from "magic-string";
import { parseSync, type Program } from "oxc-parser";
import type { Fault, Magic } from "./find.ts";

export interface Rewritten {
  /** The cell as TypeScript to run: magics have become calls of the session's magics. */
  readonly run: string;
  /** From `run` back to the cell. */
  readonly mappings: string;
  /** The cell as TypeScript to check: every character of the user's is where it was. */
  readonly check: string;
  /** What is to be done before anything else of the cell runs. */
  readonly prelude: string;
}

type Statement = Program["body"][number];

export interface RewriteOptions {
  /** The statement that a magic without code of its own becomes. */
  readonly call: (magic: Magic) => string;
}

export const scope = "__noisebook.magics";

/** Turns a cell with magics into two texts. @returns a fault where a magic has no statement to work on */
export function rewrite(blanked: string, magics: readonly Magic[], { call }: RewriteOptions): Rewritten | Fault {
  const run = new MagicString(blanked);
  const check = new MagicString(blanked);
  const { program, errors } = parseSync("cell.ts", blanked, { lang: "ts", sourceType: "module" });
  let prelude = "";
  for (const magic of magics) {
    const timed = magic.name === "time" || magic.name === "timeit";
    if (!timed) {
      const code = call(magic);
      if (code !== "") run.overwrite(magic.start, magic.end, `;${code};`);
    } else if (errors.length > 0) continue;
    else if (magic.form === "cell") {
      if (program.body.every(({ type }) => type === "EmptyStatement") && magic.name === "timeit") return fault(magic, "needs statements below it");
      if (magic.name === "time" && magic.argument !== "") return fault(magic, `has its statements below it, not "${magic.argument}" behind it`);
      if (magic.name === "time") prelude = `${scope}.timeCell();`;
      else {
        const problem = timeCell(blanked, magic, program, run, check);
        if (problem) return problem;
      }
    } else {
      const line = program.body.filter(({ type, start }) => type !== "EmptyStatement" && start >= magic.argumentStart && start <= magic.end);
      const problem = line.length === 0 ? fault(magic, "needs a statement behind it") : timeLine(blanked, magic, line, run, check);
      if (problem) return problem;
    }
  }
  return { run: run.toString(), mappings: run.generateMap({ hires: "boundary" }).mappings, check: check.toString(), prelude };
}

/** `%time f()` becomes `timed((time(), (f())))`, whose value is that of `f()`; `%timeit f()` a function to call again and again. */
function timeLine(code: string, magic: Magic, statements: readonly Statement[], run: MagicString, check: MagicString): Fault | undefined {
  if (statements.some(({ type }) => /^(?:Import|Export)/.test(type))) {
    return fault(magic, "cannot time a static import or export, which is no step of its cell: use %%time, or %time await import(…)");
  }
  const [first] = statements;
  const last = statements.at(-1)!;
  const expression = statements.length === 1 && first.type === "ExpressionStatement" ? first.expression : undefined;
  const head = (text: string): void => void run.overwrite(magic.start, magic.argumentStart, text);
  if (magic.name === "time") {
    head(expression ? `;${scope}.timed((${scope}.time(),(` : `;${scope}.time();`);
    run.appendLeft(expression ? expression.end : last.end, expression ? ")));" : `;${scope}.timed();`);
    return undefined;
  }
  const wait = awaits(code.slice(first.start, last.end)) ? "async " : "";
  run.overwrite(magic.start, magic.argumentStart, `;await ${scope}.timeit(${timeitOptions(magic)},${wait}()=>${expression ? "(" : "{"}`);
  run.appendLeft(expression ? expression.end : last.end, expression ? "));" : "});");
  check.overwrite(magic.argumentStart - 1, magic.argumentStart, "{").appendLeft(last.end, "}");
  return undefined;
}

function timeCell(code: string, magic: Magic, program: Program, run: MagicString, check: MagicString): Fault | undefined {
  if (magic.argument !== "") return fault(magic, `has its statements below it, not "${magic.argument}" behind it`);
  const outer = program.body.find(({ type }) => /^(?:Import|Export)/.test(type));
  if (outer) return { message: `"%%timeit" cannot repeat an import or export: move it to a cell of its own`, start: outer.start, end: outer.end };
  const wait = awaits(code.slice(magic.end)) ? "async " : "";
  run.overwrite(magic.start, magic.end, `await ${scope}.timeit(${timeitOptions(magic)},${wait}()=>{`).append("\n});");
  check.overwrite(magic.start, magic.start + 1, "{").append("\n}");
  return undefined;
}

function timeitOptions({ flags }: Magic): string {
  const options: Record<string, number> = {};
  for (const [, flag, count] of flags.matchAll(/-([nr])\s*(\d+)/g)) options[flag === "n" ? "loops" : "runs"] = Math.max(1, Number(count));
  return JSON.stringify(options);
}

/** Whether a body has an `await` of its own: it does not parse in a function that is not async. */
function awaits(body: string): boolean {
  return parseSync("body.ts", `()=>{${body}\n}`, { lang: "ts", sourceType: "module" }).errors.length > 0;
}

function fault({ form, name, start, end }: Magic, message: string): Fault {
  return { message: `"${form === "cell" ? "%%" : "%"}${name}" ${message}`, start, end };
}
