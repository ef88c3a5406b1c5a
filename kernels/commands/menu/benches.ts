import { Argument, type Command } from "commander";
import { exitCodes } from "../../client/exit-codes.ts";
import type { BenchFlags } from "../bench.ts";
import type { BenchTrainFlags } from "../bench-train.ts";
import { wholeNumber } from "./arguments.ts";
import type { Does } from "./does.ts";

/** Measuring beside others. */
export function addBenchCommands(program: Command, does: Does): void {
  const benches = program
    .command("bench")
    .description("measure, as ratios within one run: this kernel and runner beside ipykernel, Jupyter, papermill, Deno and tslab; or the core beside NumPy and diffusers; or what check finds beside nbval, nbmake and papermill")
    .addArgument(new Argument("[subject]", "what to measure").choices(["kernel", "core", "check"]).default("kernel"))
    .option("--rounds <n>", "how often each is measured", wholeNumber, 5)
    .option("--only <benches>", "some of them, by name, with commas between")
    .option("--behaviour", "what each kernel does and fails to do, instead of how fast")
    .option("--record", "keep what was found, and the table in kernels/README.md that is made of it")
    .option("--json", "as JSON, with every sample")
    .action(
      does(async (subject: string, flags: BenchFlags) => {
        const { runBench } = await import("../bench.ts");
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
    .option("--record", "keep what was found, and docs/training-speed.md, which is made of it")
    .option("--json", "as JSON, with every sample")
    .action(
      does(async (flags: BenchTrainFlags) => {
        const { runBenchTrain } = await import("../bench-train.ts");
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
        const { serveOwnSide } = await import("../../bench/train/own.ts");
        await serveOwnSide(folder, mode);
        return exitCodes.fine;
      }),
    );
}
