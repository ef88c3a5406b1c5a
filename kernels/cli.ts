import { readFileSync } from "node:fs";
import path from "node:path";
import { Command, CommanderError } from "commander";
import { CommandError, exitCodes, messageOf } from "./client/exit-codes.ts";
import { addBenchCommands } from "./commands/menu/benches.ts";
import type { Does } from "./commands/menu/does.ts";
import { addKernelCommands } from "./commands/menu/kernels.ts";
import { addModelCommands } from "./commands/menu/models.ts";
import { addNotebookCommands } from "./commands/menu/notebooks.ts";
import { packageRoot } from "./root.ts";

const { version } = JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8")) as { version: string };

let exitCode: number = exitCodes.fine;
const does: Does =
  (command) =>
  async (...args) => {
    exitCode = await command(...args);
  };

const program = new Command("noisebook")
  .description("Runs Jupyter notebooks without Jupyter, and brings a TypeScript kernel to it.")
  .version(version, "--version", "print the version")
  .helpOption("-h, --help", "show this help")
  .showSuggestionAfterError()
  .exitOverride()
  .enablePositionalOptions();

addNotebookCommands(program, does);
addKernelCommands(program, does);
addModelCommands(program, does);
addBenchCommands(program, does);

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
