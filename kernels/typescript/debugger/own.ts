import path from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../root.ts";

const kernelUrl = `${pathToFileURL(path.join(packageRoot, "dist", "kernel")).href}/`;

/** V8 neither stops in these nor steps into them: Node.js, the kernel, and packages, which are not what is being debugged. */
export const blackboxPatterns = ["^node:", `^${kernelUrl.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "/node_modules/"];

/** What is left out of stacks. */
export function ownScript(url: string): boolean {
  return url === "" || url.startsWith("node:") || url.startsWith(kernelUrl);
}
