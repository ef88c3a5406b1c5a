import { type Command, Option } from "commander";
import type { SampleFlags } from "../sample.ts";
import type { TrainFlags } from "../train.ts";
import { countFrom0, finite, wholeNumber } from "./arguments.ts";
import type { Does } from "./does.ts";

/** Training models and sampling them. */
export function addModelCommands(program: Command, does: Does): void {
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
        const { trainModel } = await import("../train.ts");
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
    .addOption(new Option("--precision <type>", "bfloat16 is faster on processors that have it, and rougher").choices(["float32", "bfloat16"]).default("float32"))
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
        const { sampleModel } = await import("../sample.ts");
        return sampleModel(checkpoint, flags);
      }),
    );
}
