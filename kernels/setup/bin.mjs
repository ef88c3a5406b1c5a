#!/usr/bin/env node
// The command `noisebook`: sets up whatever is missing, then runs the built command line in this process.
import { nodeProblem } from "./node-version.mjs";

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exitCode = 6;
} else if (process.argv[2] === "setup") {
  import("./command.mjs").then((command) => command.main(process.argv.slice(3)));
} else {
  import("./setup.mjs")
    .then((setup) => setup.main())
    .then((ready) => {
      if (ready) return import("../../dist/cli.js");
    });
}
