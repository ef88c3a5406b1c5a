import { isComplete, type Completeness } from "../cell/complete.ts";
import { declaredNames } from "../cell/declarations.ts";
import { CellSyntaxError, firstFault, opensBrace, parseTypeScript } from "../cell/syntax.ts";
import { type CellScript, CellTransformer } from "../cell/transform.ts";
import type { Checker, CheckMode } from "../checker/client.ts";
import { chainMaps } from "../sourcemap/index.ts";
import { catalogueText, checkModes, magicNamed } from "./catalogue.ts";
import { completeMagic, inspectMagic } from "./editing.ts";
import { continues, findMagics, type Magic, mayHaveMagics, parsesOrBegins } from "./find.ts";
import { rewrite, scope } from "./rewrite.ts";

/** A cell ready to run, and what its magics say about how. */
export interface CompiledCell extends CellScript {
  /** How strictly its types are checked. */
  readonly mode?: CheckMode;
  /** The text to check in the cell's place, where they differ; every character of the user's TypeScript is where it was. */
  readonly check?: string;
  /** A fresh session is to run it. */
  readonly fresh?: boolean;
  /** Names whose types are to be told to it before it runs. */
  readonly untyped?: readonly string[];
}

/** Compiles cells with their magics. Remembers what magics have set for the notebook, and the names that tell `!name` from a command. */
export class MagicCells {
  readonly #names = new Map<string, string>();
  readonly #canCheck: boolean;
  readonly #transformer = new CellTransformer();
  #mode: CheckMode;

  /** @param canCheck whether there is a type checker at all */
  constructor(mode: CheckMode, canCheck: boolean) {
    this.#mode = mode;
    this.#canCheck = canCheck;
  }

  /** @throws CellSyntaxError, also for a magic that does not exist or is misused */
  transform(cell: string, url: string): CompiledCell {
    const plain = (): CompiledCell => ({ ...this.#transformer.transform(cell, url), mode: this.#mode });
    if (!mayHaveMagics(cell)) return plain();
    const { magics, blanked, fault } = findMagics(cell, this.#isKnown);
    if (fault) throw new CellSyntaxError(fault.message, cell, fault.start, fault.end);
    if (magics.length === 0) return plain();
    const fresh = this.#resets(magics, cell, blanked);
    const mode = this.#modeOf(magics, cell);
    const lists = magics.some(({ name }) => name === "who" || name === "whos");
    const names = lists ? this.#namesWith(blanked, fresh) : new Map<string, string>();
    const rewritten = rewrite(blanked, magics, { call: (magic) => this.#call(magic, mode, names) });
    if ("message" in rewritten) throw new CellSyntaxError(rewritten.message, cell, rewritten.start, rewritten.end);
    const { run, check, mappings, prelude } = rewritten;
    requireSyntaxOf(cell, check);
    const script = (fresh ? new CellTransformer() : this.#transformer).transform(run, url);
    return {
      ...script,
      code: withPrelude(script.code, prelude),
      map: chainMaps([script.map.mappings, mappings]),
      check,
      mode,
      fresh,
      ...(magics.some(({ name }) => name === "whos") ? { untyped: [...names.keys()] } : {}),
    };
  }

  /** Tells a cell the types that it asks for. */
  async finish(cell: CompiledCell, types: Pick<Checker, "inspect"> | undefined): Promise<CompiledCell> {
    if (!cell.untyped || !types) return cell;
    const found = await typesOf(types, cell.check ?? "", cell.untyped);
    return { ...cell, code: withPrelude(cell.code, `${scope}.types=${JSON.stringify(found)};`) };
  }

  /** To be told of each script that was sent to the session. */
  commit(script: CellScript): void {
    this.#transformer.commit(script);
    for (const { name, kind } of script.names) {
      this.#names.delete(name);
      this.#names.set(name, kind);
    }
  }

  /** To be told of a fresh session. */
  reset(): void {
    this.#transformer.reset();
    this.#names.clear();
  }

  completeness(code: string): Completeness {
    const { magics, blanked, fault } = findMagics(code, this.#isKnown);
    if (fault) return { status: "invalid", indent: "" };
    const last = magics.at(-1);
    const awaitsMore = last?.form === "shell" ? continues(last.argument) : last?.form === "cell" && magicNamed(last.name)?.timesCode;
    if (awaitsMore && code.slice(last!.end).trim() === "") return { status: "incomplete", indent: "" };
    const { status, indent } = isComplete(blanked);
    // The blanks are not the user's.
    const above = status === "incomplete" && magics.find(({ start }) => start === code.trimEnd().lastIndexOf("\n") + 1);
    return { status, indent: above ? indent.slice(above.argumentStart - above.start) : indent };
  }

  /** A type service that knows magics, too: their names complete, and TypeScript does not see them. */
  editing<T extends Pick<Checker, "complete" | "inspect">>(types: T): Pick<T, "complete" | "inspect"> {
    const blank = (code: string): string => findMagics(code, this.#isKnown).blanked;
    return {
      complete: async (code, offset) => completeMagic(code, offset) ?? types.complete(blank(code), offset),
      inspect: async (code, offset) => inspectMagic(code, offset) ?? types.inspect(blank(code), offset),
    };
  }

  readonly #isKnown = (name: string): boolean => this.#names.has(name);

  #resets(magics: readonly Magic[], code: string, blanked: string): boolean {
    const reset = magics.find(({ name }) => name === "reset");
    if (!reset) return false;
    const fault = (message: string): CellSyntaxError => new CellSyntaxError(message, code, reset.start, reset.end);
    if (!/^(?:-\w+\s*)*$/.test(reset.argument)) throw fault(`%reset forgets everything; "${reset.argument}" alone cannot be forgotten`);
    const before = magics.some(({ start, form }) => form !== "cell" && start < reset.start) || parseTypeScript(blanked.slice(0, reset.start)).program.body.some(({ type }) => type !== "EmptyStatement");
    if (before) throw fault("%reset must come first in its cell: what stands above it would be lost");
    return true;
  }

  #modeOf(magics: readonly Magic[], code: string): CheckMode {
    let own: CheckMode | undefined;
    for (const { name, form, argument, start, end } of magics) {
      if (name !== "check" || (argument === "" && form === "line")) continue;
      const mode = checkModes.find((each) => each === argument);
      const fault = (message: string): CellSyntaxError => new CellSyntaxError(message, code, start, end);
      if (mode === undefined) throw fault(`"${argument}" is no way to check types: there are strict, warn, off`);
      if (mode !== "off" && !this.#canCheck) throw fault("this kernel was started without a type checker: start it without NOISEBOOK_CHECK=off");
      if (form === "cell") own = mode;
      else this.#mode = mode;
    }
    return own ?? this.#mode;
  }

  #namesWith(blanked: string, resets: boolean): Map<string, string> {
    const names = resets ? new Map<string, string>() : new Map(this.#names);
    const { program } = parseTypeScript(blanked);
    for (const { name, kind } of declaredNames(program)) names.set(name, kind);
    for (const statement of program.body) {
      if (statement.type === "ImportDeclaration") for (const { local } of statement.specifiers) names.set(local.name, "import");
    }
    return names;
  }

  #call({ form, name, argument }: Magic, mode: CheckMode, names: ReadonlyMap<string, string>): string {
    const words = JSON.stringify(argument);
    if (form === "shell") return `await ${scope}.shell(${words},${parsesOrBegins(`!${argument}`)})`;
    switch (name) {
      case "check":
        return argument === "" && form === "line" ? `${scope}.print(${JSON.stringify(`types are checked: ${mode}`)})` : "";
      case "lsmagic":
      case "magic":
        return `${scope}.print(${JSON.stringify(catalogueText())})`;
      case "who":
      case "whos":
        return `await ${scope}.${name}([${[...names].map(([each, kind]) => entry(each, kind)).join(",")}])`;
      case "cd":
      case "env":
      case "pwd":
        return `${scope}.${name}(${words})`;
      default:
        return "";
    }
  }
}

// An imported name may be a type: it is looked up, not mentioned.
function entry(name: string, kind: string): string {
  const quoted = JSON.stringify(name);
  return `[${quoted},${JSON.stringify(kind)},()=>${kind === "import" ? `globalThis[${quoted}]` : name}]`;
}

/** Says a syntax error's place in the cell, not in what the cell is rewritten to. */
function requireSyntaxOf(cell: string, check: string): void {
  const fault = firstFault(parseTypeScript(check));
  if (fault && !opensBrace.test(check)) throw new CellSyntaxError(fault.message, cell, fault.start, fault.end);
}

// The script's first line is not the user's.
const withPrelude = (code: string, prelude: string): string => code.replace('"use strict";', (head) => head + prelude);

/** What TypeScript calls each name at the end of a cell. */
async function typesOf(checker: Pick<Checker, "inspect">, check: string, names: readonly string[]): Promise<Record<string, string>> {
  let code = `${check}\n;`;
  const offsets = names.map((name) => {
    code += `${name};`;
    return code.length - name.length - 1;
  });
  const types: Record<string, string> = {};
  const found = await Promise.all(offsets.map((offset) => checker.inspect(code, offset)));
  found.forEach((inspection, n) => {
    const headline = inspection?.text.split("\n\n")[0];
    if (headline) types[names[n]] = headline.replace(/^(?:const|let) /, "").replace(/^([\p{ID_Continue}$]+): /u, "");
  });
  return types;
}
