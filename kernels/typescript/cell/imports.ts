import type { ImportAttribute, ImportDeclaration, ImportDeclarationSpecifier } from "oxc-parser";
import type { DeclaredName } from "./declarations.ts";

/** `[local, imported]`, and `true` after them when the cell never uses the name as a value: it may then be a type, absent at run time. */
export type ImportBinding = readonly [local: string, imported: string, optional?: true];

// `import { setTimeout } from "node:timers/promises"` must not change setTimeout for everyone in the process.
const hostNames: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(globalThis));

export interface ImportCode {
  readonly code: string;
  readonly names: readonly DeclaredName[];
}

/**
 * An import declaration as a statement. Names read through to the module (getters on the global object) unless a variable
 * of the session or of Node.js has the name: then they are variables, too.
 */
export function importCode(declaration: ImportDeclaration, isVariable: (name: string) => boolean, isUsed: (name: string) => boolean): ImportCode {
  const specifier = JSON.stringify(declaration.source.value);
  const attributes = attributesCode(declaration.attributes);
  const bindings = declaration.specifiers.map((each): ImportBinding => {
    const local = each.local.name;
    return isUsed(local) ? [local, importedName(each)] : [local, importedName(each), true];
  });
  const assigned = bindings.filter(([local]) => isVariable(local) || hostNames.has(local));
  const live = bindings.filter((binding) => !assigned.includes(binding));
  let code = "";
  if (live.length > 0 || assigned.length === 0) code += `await __noisebook.import(${specifier}, ${JSON.stringify(live)}${attributes && `, ${attributes}`});`;
  if (assigned.length > 0) {
    const load = `await __noisebook.dynamicImport(${specifier}${attributes && `, { with: ${attributes} }`})`;
    code += `{ const __noisebookModule = ${load}; ${assigned.map((binding) => assignment(declaration.source.value, binding)).join(" ")} }`;
  }
  const name = ([local]: ImportBinding, isLive: boolean): DeclaredName => ({ name: local, kind: "import", live: isLive });
  return { code, names: [...live.map((each) => name(each, true)), ...assigned.map((each) => name(each, false))] };
}

function assignment(specifier: string, [local, imported, optional]: ImportBinding): string {
  if (imported === "*") return `${local} = __noisebookModule;`;
  const key = JSON.stringify(imported);
  const message = JSON.stringify(`The requested module "${specifier}" does not provide an export named "${imported}"`);
  const check = optional ? "" : `if (!(${key} in __noisebookModule)) throw new SyntaxError(${message}); `;
  return `${check}${local} = __noisebookModule[${key}];`;
}

function importedName(specifier: ImportDeclarationSpecifier): string {
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  return specifier.imported.type === "Literal" ? specifier.imported.value : specifier.imported.name;
}

export function attributesCode(attributes: readonly ImportAttribute[]): string {
  if (attributes.length === 0) return "";
  return JSON.stringify(Object.fromEntries(attributes.map(({ key, value }) => [key.type === "Literal" ? key.value : key.name, value.value])));
}
