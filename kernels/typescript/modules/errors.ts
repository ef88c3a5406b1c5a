/** As Node.js says it, with what was tried. */
export function moduleNotFound(specifier: string, importer: string, hint: string): Error {
  const kind = /^(?:[./]|file:|[a-zA-Z]:[\\/])/.test(specifier) ? "module" : "package";
  return withCode(new Error(`Cannot find ${kind} '${specifier}' imported from ${importer}${hint && `: ${hint}`}`), "ERR_MODULE_NOT_FOUND");
}

export function missingExport(specifier: string, name: string): SyntaxError {
  return new SyntaxError(`The requested module '${specifier}' does not provide an export named '${name}'`);
}

export function requireOfAsync(file: string): Error {
  return withCode(new Error(`require() of ${file} needs it to finish at once, but it uses top-level await: import it instead`), "ERR_REQUIRE_ASYNC_MODULE");
}

export function withCode<E extends Error>(error: E, code: string): E {
  return Object.assign(error, { code });
}
