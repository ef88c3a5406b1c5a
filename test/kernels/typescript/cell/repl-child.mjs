// Evaluates scripts as the session does, for tests of the scripts alone: imports are Node's own.
import { Session } from "node:inspector";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";

const folder = process.argv[2];
const load = (specifier, options) => import(specifier.startsWith(".") ? pathToFileURL(path.resolve(folder, specifier)).href : specifier, options);
const scope = {
  async import(specifier, bindings, attributes) {
    const module = await load(specifier, attributes && { with: attributes });
    for (const [local, imported, optional] of bindings) {
      if (imported !== "*" && !(imported in module)) {
        if (optional) continue;
        throw new SyntaxError(`The requested module "${specifier}" does not provide an export named "${imported}"`);
      }
      Object.defineProperty(globalThis, local, {
        configurable: true,
        enumerable: true,
        get: () => (imported === "*" ? module : module[imported]),
        set: (value) => Object.defineProperty(globalThis, local, { value, writable: true, configurable: true, enumerable: true }),
      });
    }
  },
  dynamicImport: (specifier, options) => load(String(specifier), options),
  meta: { url: pathToFileURL(path.join(folder, "notebook.ts")).href, dirname: folder },
  held: (_, value) => value,
  heldEach: (_, iterable) => iterable,
  take: (value) => (taken = value),
};
let taken;
Object.defineProperty(globalThis, "__noisebook", { value: scope });

const session = new Session();
session.connect();
process.on("message", (expression) => {
  session.post("Runtime.evaluate", { expression, replMode: true, awaitPromise: true }, (error, reply) => {
    if (error) return process.send({ error: error.message });
    const remote = reply.exceptionDetails?.exception ?? reply.result;
    taken = remote.value ?? (remote.unserializableValue && globalThis.eval(remote.unserializableValue));
    if (remote.objectId) session.post("Runtime.callFunctionOn", { functionDeclaration: "function () { __noisebook.take(this) }", objectId: remote.objectId });
    if (reply.exceptionDetails) return process.send({ error: taken?.stack ?? String(taken) });
    process.send({ value: remote.subtype === "null" ? "null" : inspect(taken, { depth: 4 }), own: Object.keys(scope) });
  });
});
process.send("ready");
