// Sets up this repository: packages from the lockfile, then the build, then TensorFlow. Does nothing where nothing is missing.
// Only the version check is imported statically, and in old syntax: see node-version.mjs.
import { nodeProblem } from "./node-version.mjs";

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exitCode = 6;
} else {
  import("./setup.mjs").then((setup) => setup.main({ tensors: true }));
}
