import { MagicString } from "magic-string";
import { parseSync, type ParseResult } from "oxc-parser";
import { chainMaps, type MapData } from "../sourcemap/index.ts";
import { type DeclaredName, declaredNames } from "./declarations.ts";
import { editScript } from "./edit.ts";
import { needsLowering, stripTypes } from "./strip.ts";
import { CellSyntaxError, firstFault, opensBrace, parseTypeScript, requireSyntax } from "./syntax.ts";

export type { DeclaredName } from "./declarations.ts";
export { CellSyntaxError } from "./syntax.ts";
export { isComplete } from "./complete.ts";

/** What V8 is to evaluate for a cell. Plain data: it travels as JSON. */
export interface CellScript {
  readonly code: string;
  readonly url: string;
  /** From `code` back to the cell's text; nothing to add to its lines. */
  readonly map: MapData;
  readonly names: readonly DeclaredName[];
  /** The cell was read as one expression, `(cell)`: it is an object literal. */
  readonly parenthesized: boolean;
}

/**
 * Turns cells into scripts for `Runtime.evaluate({ replMode: true })`: JavaScript whose top-level names are all of one
 * kind, `let`, because V8's REPL lets only equals redeclare each other. Strict, as modules are.
 */
export class CellTransformer {
  readonly #variables = new Set<string>();

  /** @throws CellSyntaxError */
  transform(cell: string, url: string): CellScript {
    const { source, parsed, text } = readCell(cell);
    const lowering = needsLowering(text, () => parsed.program);
    const last = parsed.program.body.at(-1);
    const keepsValue = lowering.topLevelUsing && last?.type === "ExpressionStatement";
    if (keepsValue) {
      source.appendLeft(last.expression.start, "__noisebook.value = (").appendRight(last.expression.end, ")");
    }
    const stripped = stripTypes(keepsValue ? source.toString() : text, { lower: lowering.any, keepImports: true });
    const script = parseSync("cell.js", stripped.code, { lang: "js", sourceType: "module" });
    const fault = firstFault(script);
    if (fault) throw new CellSyntaxError(fault.message, cell, 0, 0);
    const edited = editScript(stripped.code, script, {
      isVariable: (name) => this.#variables.has(name),
      hasValue: last?.type === "ExpressionStatement" || last?.type === "ExportDefaultDeclaration",
      valueKept: keepsValue,
      url,
    });
    const mappings = [mappingsOf(edited.text), stripped.mappings];
    if (source.hasChanged()) mappings.push(mappingsOf(source));
    return {
      code: `${edited.text.toString()}\n//# sourceURL=${url}`,
      url,
      map: chainMaps(mappings),
      names: [...declaredNames(parsed.program), ...edited.imports],
      parenthesized: text !== cell,
    };
  }

  /** To be told of each script that was sent to the session: which names are its variables decides what imports become. */
  commit(script: CellScript): void {
    for (const { name, live } of script.names) if (!live) this.#variables.add(name);
  }

  /** To be told of a fresh session. */
  reset(): void {
    this.#variables.clear();
  }
}

interface ReadCell {
  readonly source: MagicString;
  readonly parsed: ParseResult;
  readonly text: string;
}

/** Parses a cell. `{ a: 1 }` alone is an object, as in every REPL, not a block with a label in it. */
function readCell(cell: string): ReadCell {
  const source = new MagicString(cell);
  const parsed = parseTypeScript(cell);
  const startsWithBrace = parsed.program.body[0]?.type === "BlockStatement" || (parsed.errors.length > 0 && opensBrace.test(cell));
  if (startsWithBrace) {
    const text = `(${cell}\n)`;
    const object = parseTypeScript(text);
    if (object.errors.length === 0) return { source: source.prepend("(").append("\n)"), parsed: object, text };
  }
  requireSyntax(cell, parsed);
  return { source, parsed, text: cell };
}

function mappingsOf(text: MagicString): string {
  return text.generateMap({ hires: "boundary" }).mappings;
}
