import { type Command, Option } from "commander";
import type { AcceptFlags } from "../accept.ts";
import type { CheckFlags } from "../check.ts";
import type { RunFlags } from "../run.ts";
import { collect, seconds, wholeNumber } from "./arguments.ts";
import type { Does } from "./does.ts";

/** Running notebooks and holding their outputs to the committed ones. */
export function addNotebookCommands(program: Command, does: Does): void {
  const run = program
    .command("run")
    .description("execute notebooks headlessly; the executed copies go elsewhere, the sources stay as they are")
    .argument("<notebooks...>", "notebook files, or folders to search for them")
    .option("-o, --output-dir <folder>", "where the executed copies go (default: .noisebook/runs)");
  executing(run).option("-p, --param <name=value>", "set a parameter (repeatable); the value is JSON if it parses as JSON, else text", collect, []);
  bounded(run)
    .option("--allow-errors", "go on after cells that fail, and let the notebook pass")
    .option("--record-timing", "record when each cell ran in its metadata, as Jupyter does");
  reporting(run)
    .addHelpText(
      "after",
      `
Cells tagged "raises-exception" may fail, those tagged "skip-execution" are skipped. Parameters go by papermill's
convention: into a new cell after the one tagged "parameters".

Exit codes: 0 all passed · 1 a cell failed · 2 usage, unreadable notebook, unknown kernel · 3 timed out · 4 kernel lost
  6 cannot write · 130/143 interrupted. Of several notebooks the first of 130, 6, 2, 4, 3, 1 that occurs.

Examples:
  noisebook run notebooks                           every notebook in a folder
  noisebook run -p T=500 -p name=cosine a.ipynb     with parameters
  noisebook run --jobs 4 --timeout 60 *.ipynb       four at a time, a minute a cell
  noisebook run --report json a.ipynb | jq .totals`,
    )
    .action(
      does(async (notebooks: string[], flags: RunFlags) => {
        return (await import("../run.ts")).run(notebooks, flags);
      }),
    );

  const check = program
    .command("check")
    .description("execute notebooks anew and hold their outputs to the committed ones; the sources stay as they are")
    .argument("<notebooks...>", "notebook files, or folders to search for them")
    .option("-o, --output-dir <folder>", "where the report and the executed copies go (default: .noisebook/check)");
  reporting(bounded(executing(check)))
    .addHelpText(
      "after",
      `
Outputs agree when their numbers do, within relative 1e-9 or absolute 1e-12 (integers exactly), and all else is the same;
pictures when at most 0.01 % of the pixels differ by more than 1 of 255. JSON and Vega-Lite are compared by structure.
A notebook or a cell sets its own tolerance in its metadata:
  "noisebook": { "tolerance": { "relative": 1e-6, "absolute": 1e-9, "pixels": { "share": 0.001, "level": 8 } } }
Cells tagged "volatile" are executed and not compared, those tagged "needs:<what>" run only where that is; both are counted apart.

Exit codes: 0 all agree · 1 a cell failed · 2 usage, unreadable notebook, unknown kernel · 3 timed out · 4 kernel lost
  5 outputs differ, or a notebook was never executed · 6 cannot write · 130/143 interrupted. Of several notebooks the first
  of 130, 6, 2, 4, 3, 1, 5 that occurs.

Examples:
  noisebook check notebooks                         every notebook in a folder
  noisebook check --report json a.ipynb | jq .totals`,
    )
    .action(
      does(async (notebooks: string[], flags: CheckFlags) => {
        return (await import("../check.ts")).check(notebooks, flags);
      }),
    );

  program
    .command("diff")
    .description("compare the outputs of two notebooks as \"check\" does, without executing them")
    .argument("<before>", "a notebook file; its tolerances count")
    .argument("<after>", "another")
    .addHelpText("after", "\nExit codes: 0 the outputs agree · 2 unreadable notebook · 5 they differ, or a code cell is in one of the two only")
    .action(
      does(async (before: string, after: string) => {
        const { diff } = await import("../diff.ts");
        return diff(before, after);
      }),
    );

  program
    .command("accept")
    .description("write the outputs of the last check's executed copies into the notebooks, after showing what changes")
    .argument("<notebooks...>", "notebook files that were checked")
    .option("-o, --output-dir <folder>", "where that check put its report (default: .noisebook/check)")
    .option("-n, --dry-run", "show what would change, and write nothing")
    .addHelpText(
      "after",
      `
Refuses when a notebook was not checked, did not run to its end without errors, or its code changed since.

Exit codes: 0 accepted · 1, 3, 4 as the check ended, nothing accepted · 2 not checked, or changed since · 6 cannot write`,
    )
    .action(
      does(async (notebooks: string[], flags: AcceptFlags) => {
        const { accept } = await import("../accept.ts");
        return accept(notebooks, flags);
      }),
    );

  program
    .command("map")
    .description("write docs/equations.md and README's table anew: which cell shows which equation of the seeds")
    .addHelpText("after", "\nExit codes: 0 written, or up to date · 2 an entry of the ledger is shown nowhere · 6 cannot write")
    .action(
      does(async () => {
        const { writeMap } = await import("../map.ts");
        return writeMap();
      }),
    );
}

// What both `run` and `check` take.
const executing = (command: Command): Command =>
  command
    .option("-f, --force", "replace files there that are no earlier copies of ours")
    .option("-j, --jobs <n>", "how many notebooks run at once (default: half the cores)", wholeNumber)
    .option("-k, --kernel <name>", "run with this kernel, whatever the notebooks name");

const bounded = (command: Command): Command =>
  command
    .option("--timeout <seconds>", "interrupt a cell after this long (default: never)", seconds)
    .option("--total-timeout <seconds>", "bound for a whole notebook, its kernel's start included", seconds)
    .option("--start-timeout <seconds>", "how long a kernel may take to answer (default: 60)", seconds);

const reporting = (command: Command): Command =>
  command
    .addOption(new Option("--report <format>", "print a machine-readable summary; progress then goes to stderr").choices(["json"]))
    .option("--report-file <file>", "write that summary to a file instead");
