/** Cases that the tslab engine fails, and why. A case that fails without standing here, or holds though it does, fails the tests. */
export const tslabLimits: Readonly<Record<string, string>> = {
  "disposes what using declares": "TypeScript 5.0.4 does not know `using`",
  "applies standard decorators": "TypeScript's decorators of before the standard are switched on",
  "knows import.meta.url": "cells become CommonJS, which has no `import.meta`",
  "imports local TypeScript by .ts": "refused (TS5097): leave the extension out",
  "imports by tsconfig paths": "the project's tsconfig.json is not read",
  "imports JSON with an import attribute": "TypeScript 5.0.4 does not know import attributes",
  "imports a package that is ESM only": "packages are resolved as Node.js 10 did, and required",
  "imports by an export map": "packages are resolved as Node.js 10 did",
  "checks strictly unless told otherwise": "`strict` is off and cannot be switched on",
  "has a REPL's state: closures see what a later cell redeclares": "a function keeps the variables that it was declared with",
  "iterates by for await at the top level": "the JavaScript made of it does not parse: put it into an async function",
  "takes a cell that is an object literal for one, and checks it": "it is read as a block: write `({ … })`",
  "has display, its updates, and clearOutput in every cell": "`import { display, newDisplay } from \"tslab\"` instead; nothing clears outputs",
  "shows with metadata: a value's own, and those of display and its updates before them": "there is no global `display`, and tslab's sends none",
  "keeps the order of displays whose bundles take their time, and waits for them": "there is no global `display`",
  "reports a thrown error with its place in the cell and its source line": "places are those in the JavaScript that tslab makes of a cell (`cell[3].js`)",
  "maps errors of imported TypeScript to its own lines": "places are those in the JavaScript that tslab makes of the file",
  "imports the core, live from its source": "only packages of the notebook's own folder are found",
  "serves every name of TensorFlow.js by one instance, says what it runs on, and gives formulas its tensors":
    "only packages of the notebook's own folder are found, each as it is",
};
