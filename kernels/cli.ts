import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { BenchFlags } from "./commands/bench.ts";
import type { BenchTrainFlags } from "./commands/bench-train.ts";
import type { AcceptFlags } from "./commands/accept.ts";
import type { CheckFlags } from "./commands/check.ts";
import type { InstallPlace } from "./commands/kernel.ts";
import type { RunFlags } from "./commands/run.ts";
import type { SampleFlags } from "./commands/sample.ts";
import type { TrainFlags } from "./commands/train.ts";
import { CommandError, exitCodes, messageOf } from "./client/exit-codes.ts";
import { packageRoot } from "./root.ts";

const { version } = JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8")) as { version: string };

let exitCode: number = exitCodes.fine;
/** Runs a command whose code is loaded only now, so that --help stays quick. */
const does = <Args extends unknown[]>(command: (...args: Args) => number | Promise<number>) =>
  async (...args: Args): Promise<void> => {
    exitCode = await command(...args);
  };

const program = new Command("noisebook")
  .description("Runs Jupyter notebooks without Jupyter, and brings a TypeScript kernel to it.")
  .version(version, "--version", "print the version")
  .helpOption("-h, --help", "show this help")
  .showSuggestionAfterError()
  .exitOverride()
  .enablePositionalOptions();

program
  .command("run")
  .description("execute notebooks headlessly; the executed copies go elsewhere, the sources stay as they are")
  .argument("<notebooks...>", "notebook files, or folders to search for them")
  .option("-o, --output-dir <folder>", "where the executed copies go (default: .noisebook/runs)")
  .option("-f, --force", "replace files there that are no earlier copies of ours")
  .option("-j, --jobs <n>", "how many notebooks run at once (default: half the cores)", wholeNumber)
  .option("-k, --kernel <name>", "run with this kernel, whatever the notebooks name")
  .option("-p, --param <name=value>", "set a parameter (repeatable); the value is JSON if it parses as JSON, else text", collect, [])
  .option("--timeout <seconds>", "interrupt a cell after this long (default: never)", seconds)
  .option("--total-timeout <seconds>", "bound for a whole notebook, its kernel's start included", seconds)
  .option("--start-timeout <seconds>", "how long a kernel may take to answer (default: 60)", seconds)
  .option("--allow-errors", "go on after cells that fail, and let the notebook pass")
  .option("--record-timing", "record when each cell ran in its metadata, as Jupyter does")
  .addOption(new Option("--report <format>", "print a machine-readable summary; progress then goes to stderr").choices(["json"]))
  .option("--report-file <file>", "write that summary to a file instead")
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
      const { run } = await import("./commands/run.ts");
      return run(notebooks, flags);
    }),
  );

program
  .command("setup")
  .description("set up whatever is missing: packages, build, and (with options) a JupyterLab or TensorFlow; see its --help")
  .argument("[options...]", "see noisebook setup --help")
  .allowUnknownOption()
  .passThroughOptions()
  .helpOption(false)
  .action(
    does(async (args: string[]) => {
      const { runSetup } = await setupCommand();
      return runSetup(args);
    }),
  );

program
  .command("check")
  .description("execute notebooks anew and hold their outputs to the committed ones; the sources stay as they are")
  .argument("<notebooks...>", "notebook files, or folders to search for them")
  .option("-o, --output-dir <folder>", "where the report and the executed copies go (default: .noisebook/check)")
  .option("-f, --force", "replace files there that are no earlier copies of ours")
  .option("-j, --jobs <n>", "how many notebooks run at once (default: half the cores)", wholeNumber)
  .option("-k, --kernel <name>", "run with this kernel, whatever the notebooks name")
  .option("--timeout <seconds>", "interrupt a cell after this long (default: never)", seconds)
  .option("--total-timeout <seconds>", "bound for a whole notebook, its kernel's start included", seconds)
  .option("--start-timeout <seconds>", "how long a kernel may take to answer (default: 60)", seconds)
  .addOption(new Option("--report <format>", "print a machine-readable summary; progress then goes to stderr").choices(["json"]))
  .option("--report-file <file>", "write that summary to a file instead")
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
      const { check } = await import("./commands/check.ts");
      return check(notebooks, flags);
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
      const { diff } = await import("./commands/diff.ts");
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
      const { accept } = await import("./commands/accept.ts");
      return accept(notebooks, flags);
    }),
  );

program
  .command("map")
  .description("write docs/equations.md and README's table anew: which cell shows which equation of the seeds")
  .addHelpText("after", "\nExit codes: 0 written, or up to date · 2 an entry of the ledger is shown nowhere · 6 cannot write")
  .action(
    does(async () => {
      const { writeMap } = await import("./commands/map.ts");
      return writeMap();
    }),
  );

program
  .command("lab")
  .description("open JupyterLab in a project-local environment, with the kernel already there")
  .argument("[options...]", "passed on to JupyterLab")
  .allowUnknownOption()
  .passThroughOptions()
  .helpOption(false)
  .action(
    does(async (args: string[]) => {
      const { runLab } = await import("./lab.ts");
      return (await runLab(args)) ?? exitCodes.fine;
    }),
  );

const kernel = program.command("kernel").description("make the TypeScript kernel known to Jupyter, VS Code and others");

const placed = (command: Command): Command =>
  command
    .option("--user", "for this user (default)")
    .option("--prefix <folder>", "under <folder>/share/jupyter")
    .option("--sys-prefix", "in the active Python environment");

placed(kernel.command("install").description("write its kernelspec")).action(
  does(async (place: InstallPlace) => {
    const { installKernel } = await import("./commands/kernel.ts");
    return installKernel(place);
  }),
);
placed(kernel.command("uninstall").description("remove its kernelspec")).action(
  does(async (place: InstallPlace) => {
    const { uninstallKernel } = await import("./commands/kernel.ts");
    return uninstallKernel(place);
  }),
);
kernel
  .command("list")
  .description("list every kernel that \"noisebook run\" can start")
  .option("--json", "as JSON")
  .action(
    does(async ({ json }: { json?: boolean }) => {
      const { printKernels } = await import("./commands/kernel.ts");
      return printKernels(json ?? false);
    }),
  );

program
  .command("doctor")
  .description("say what tensors run on and why, what else is here, and what to type for what is missing")
  .option("--json", "as JSON")
  .addOption(new Option("--probe").hideHelp())
  .addHelpText("after", "\nExit codes: 0 everything works, be it slowly · 1 something does not, and what to do is said")
  .action(
    does(async ({ json, probe }: { json?: boolean; probe?: boolean }) => {
      if (probe) return (await import("./doctor/probe.ts")).answerProbe();
      const { doctor } = await import("./doctor/doctor.ts");
      return doctor({ json: json ?? false });
    }),
  );

const benches = program
  .command("bench")
  .description("measure, as ratios within one run: this kernel and runner beside ipykernel, Jupyter, Deno and tslab; or the core beside NumPy and diffusers")
  .addArgument(new Argument("[subject]", "what to measure").choices(["kernel", "core"]).default("kernel"))
  .option("--rounds <n>", "how often each is measured", wholeNumber, 5)
  .option("--only <benches>", "some of them, by name, with commas between")
  .option("--behaviour", "what each kernel does and fails to do, instead of how fast")
  .option("--record", "keep what was found, and the table in kernels/README.md that is made of it")
  .option("--json", "as JSON, with every sample")
  .action(
    does(async (subject: string, flags: BenchFlags) => {
      const { runBench } = await import("./commands/bench.ts");
      return runBench(subject, flags);
    }),
  );

benches
  .command("train")
  .description("measure training and sampling, eager, compiled and in bf16, beside PyTorch on the same U-Net, in one run, as ratios")
  .option("--rounds <n>", "how often each is measured", wholeNumber, 7)
  .option("--no-peer", "leave PyTorch out; else it is installed into .noisebook/pytorch first (2.5 GB to fetch on Linux)")
  .option("--long", "also watch memory over 1,000 steps")
  .option("--scale", "also vary batch and image size")
  .option("--record", "keep what was found, with --long and --scale, and docs/training-speed.md, which is made of it")
  .option("--json", "as JSON, with every sample")
  .action(
    does(async (flags: BenchTrainFlags) => {
      const { runBenchTrain } = await import("./commands/bench-train.ts");
      return runBenchTrain(flags);
    }),
  );

// One side of that bench, for itself to start.
benches
  .command("side", { hidden: true })
  .argument("<folder>")
  .argument("<mode>")
  .action(
    does(async (folder: string, mode: string) => {
      const { serveOwnSide } = await import("./bench/train/own.ts");
      await serveOwnSide(folder, mode);
      return exitCodes.fine;
    }),
  );

program
  .command("train")
  .description("train a model as a JSON file describes it, with checkpoints and metrics")
  .argument("<config>", "the JSON file")
  .option("--data <path>", "train on these files instead: a folder of MNIST, CIFAR-10 or PNG files, or one IDX file")
  .option("-o, --out <folder>", "where checkpoints, metrics and samples go (default: .noisebook/train/<name of the config>)")
  .option("--steps <n>", "train up to this step instead", wholeNumber)
  .option("--resume", "go on from the folder's newest checkpoint, with exactly the steps that would have come; begin where there is none")
  .addHelpText(
    "after",
    `
The file's fields, all optional:
  "model"      a network's config, or "small", "cifar10", "lsun256"; its input is that of the data
  "data"       { "kind": "images" | "points" | "mnist" | "idx" | "cifar10" | "png", "path": …, "frame": [32, 32], … }
  "schedule"   { "kind": "linear" | "cosine" | …, "T": 1000, … }
  "objective"  { "predict": "eps" | "x0" | "v", "loss": "l2", "weighting": { "kind": "minSnr" }, "variance": "learned",
                 "importance": true, "dropLabels": 0.1 }
  "optimizer"  { "kind": "adam" | "adamw" | "sgd", "learningRate": 2e-4 or { "kind": "cosine", "peak": 2e-4, "warmUp": 500 }, "clipNorm": 1 }
  "ema" 0.9999 (null for none), "batch" 64, "accumulate" 1, "precision" "float32", "flip" false, "steps" 10000, "seed" 0
  "checkpoint" { "every": 1000, "keep": 3 },  "samples" { "every": 1000, "n": 16, "steps": 50 }

Ctrl-C ends after the step at hand and saves it.
Exit codes: 0 trained · 1 the loss is not finite · 2 usage, unreadable config, data or checkpoint · 6 cannot write
  130/143 interrupted, and saved

Examples:
  noisebook train moons.json --steps 2000
  noisebook train moons.json --steps 4000 --resume`,
  )
  .action(
    does(async (config: string, flags: TrainFlags) => {
      const { trainModel } = await import("./commands/train.ts");
      return trainModel(config, flags);
    }),
  );

program
  .command("sample")
  .description("draw samples from a checkpoint of a training")
  .argument("<checkpoint>", "a checkpoint's file, or the folder of a training, of which the newest is taken")
  .requiredOption("-o, --out <file>", "a .png of all, NumPy's .npy, or .json")
  .option("--sampler <name>", "any of the core's samplers", "ddim")
  .option("--steps <n>", "how many (default: 50, or all where there are fewer)", wholeNumber)
  .option("-n, --n <n>", "how many samples", wholeNumber, 16)
  .option("--label <k>", "the class that is wanted, by its number", countFrom0)
  .option("--guidance <w>", "how strongly: 1 as the model learned it, more exaggerates it", finite)
  .option("--seed <s>", "of all noise: the same seed gives the same samples", countFrom0, 0)
  .option("--raw", "the last weights instead of the averaged ones")
  .addHelpText(
    "after",
    `
Exit codes: 0 drawn · 2 usage, unreadable checkpoint · 6 cannot write · 130/143 interrupted

Examples:
  noisebook sample .noisebook/train/moons --n 1000 --out moons.png
  noisebook sample .noisebook/train/digits --label 7 --guidance 2 --sampler dpmSolver2M --steps 20 --out sevens.png`,
  )
  .action(
    does(async (checkpoint: string, flags: SampleFlags) => {
      const { sampleModel } = await import("./commands/sample.ts");
      return sampleModel(checkpoint, flags);
    }),
  );

/** Set-up finds the repository from its own place, so it is never bundled. */
function setupCommand(): Promise<typeof import("./setup/command.mjs")> {
  return import(pathToFileURL(path.join(packageRoot, "kernels", "setup", "command.mjs")).href) as Promise<typeof import("./setup/command.mjs")>;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
}

function countFrom0(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("It must be a whole number from 0.");
  return value;
}

function finite(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("It must be a number of seconds above 0.");
  return value;
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}

// A reader that has had enough (head, a closed terminal) is no reason to lose what runs.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
  } else {
    console.error(error instanceof CommandError ? `noisebook: ${error.message}` : error instanceof Error ? error.stack : messageOf(error));
    exitCode = error instanceof CommandError ? error.exitCode : 70;
  }
}
process.exitCode = exitCode;
// Whatever still holds the event loop now is a leak, and must not keep the user waiting.
setTimeout(() => process.exit(), 2000).unref();
