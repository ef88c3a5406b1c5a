import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Command, Option } from "commander";
import { exitCodes } from "../../client/exit-codes.ts";
import { packageRoot } from "../../root.ts";
import type { InstallPlace } from "../kernel.ts";
import type { Does } from "./does.ts";

/** The kernel in Jupyter, and what it and its tensors need. */
export function addKernelCommands(program: Command, does: Does): void {
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
    .command("lab")
    .description("open JupyterLab in a project-local environment, with the kernel already there")
    .argument("[options...]", "passed on to JupyterLab")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(
      does(async (args: string[]) => {
        const { runLab } = await import("../../lab.ts");
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
      const { installKernel } = await import("../kernel.ts");
      return installKernel(place);
    }),
  );
  placed(kernel.command("uninstall").description("remove its kernelspec")).action(
    does(async (place: InstallPlace) => {
      const { uninstallKernel } = await import("../kernel.ts");
      return uninstallKernel(place);
    }),
  );
  kernel
    .command("list")
    .description("list every kernel that \"noisebook run\" can start")
    .option("--json", "as JSON")
    .action(
      does(async ({ json }: { json?: boolean }) => {
        const { printKernels } = await import("../kernel.ts");
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
        if (probe) return (await import("../../doctor/probe.ts")).answerProbe();
        const { doctor } = await import("../../doctor/doctor.ts");
        return doctor({ json: json ?? false });
      }),
    );
}

/** Set-up finds the repository from its own place, so it is never bundled. */
function setupCommand(): Promise<typeof import("../../setup/command.mjs")> {
  return import(pathToFileURL(path.join(packageRoot, "kernels", "setup", "command.mjs")).href) as Promise<typeof import("../../setup/command.mjs")>;
}
