import type { Checker } from "typescript/unstable/sync";
import type { CellNames } from "./names.ts";
import type { CellFile } from "./project.ts";
import { type Fact, narrowedPrefix, type Scope } from "./scope.ts";

const valueMeaning = 111_551;
const noTruncation = 1;
const longestType = 1_000;
// Each new program infers types anew through all cells they come from; asking for one costs about as much as a check.
const longestChain = 8;

/** What the end of a cell knows about the types of its variables and of earlier ones, asked while TypeScript still has them at hand. */
export function factsOf(cell: CellFile, scope: Scope): Map<string, Fact> {
  const { names } = cell;
  const facts = new Map<string, Fact>();
  if (!names.parsed) return facts;
  const { checker } = cell.view;
  const end = cell.start + cell.code.length;
  const typeText = (name: string): string | undefined => textOfType(checker, cell.file, name, end);
  for (const name of scope.narrowable(names)) {
    const declared = typeText(name);
    const now = typeText(narrowedPrefix + name);
    if (declared === undefined || now === undefined) continue;
    const solid = !allows(declared, "null") && !allows(declared, "undefined");
    facts.set(name, { narrowed: now !== declared, without: ruledOut(declared, now), solid });
  }
  if (scope.depth(names) < longestChain) return facts;
  for (const [name, kind] of names.declared) {
    if (kind !== "let" && kind !== "const" && kind !== "function") continue;
    const type = typeText(name);
    if (type !== undefined && isFreestanding(type, kind === "const", names, scope)) facts.set(name, { ...facts.get(name), type });
  }
  return facts;
}

function textOfType(checker: Checker, document: string, name: string, position: number): string | undefined {
  const symbol = checker.resolveName(name, valueMeaning, { document, position });
  const type = symbol && checker.getTypeOfSymbol(symbol);
  return type && checker.typeToString(type, undefined, noTruncation).replaceAll(/\n\s*/g, " ");
}

function ruledOut(declared: string, now: string): string | undefined {
  if (/^(?:(?:null|undefined|never|any)(?: \| )?)+$/.test(now)) return undefined;
  return ["null", "undefined"].filter((nothing) => allows(declared, nothing) && !allows(now, nothing)).join(" | ") || undefined;
}

function allows(type: string, nothing: string): boolean {
  return new RegExp(`(?:^|\\| )${nothing}(?= \\||$)`).test(type);
}

const everywhere = new Set(
  (
    "number string boolean bigint symbol object any unknown void undefined null never true false readonly " +
    "Array ReadonlyArray Map Set Promise Date Error ArrayBuffer ArrayBufferLike SharedArrayBuffer Float32Array Float64Array " +
    "Int8Array Int16Array Int32Array Uint8Array Uint16Array Uint32Array Uint8ClampedArray BigInt64Array BigUint64Array"
  ).split(" "),
);

/**
 * Whether a type's text means the same in another module: keywords, standard types, and names of properties and parameters. A constant's
 * literal type is left to inference, because TypeScript widens an inferred one where a variable is made from it, but not a written one.
 */
function isFreestanding(type: string, constant: boolean, names: CellNames, scope: Scope): boolean {
  if (type.length > longestType || (constant && /^(?:["`]|-?\d|true$|false$|null$|undefined$)/.test(type))) return false;
  const bare = type.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*(?=\??:)/gu, "");
  return (bare.match(/[\p{ID_Start}$_`][\p{ID_Continue}$]*/gu) ?? []).every((word) => everywhere.has(word) && !names.declared.has(word) && !scope.binding(word));
}
