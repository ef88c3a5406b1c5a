import type { CellNames, NameKind } from "./names.ts";

export interface Binding {
  /** The number of the cell module that declares the name. */
  readonly cell: number;
  readonly kind: NameKind;
  /** For a constant: the cell whose end knows a narrower type of it. */
  readonly narrowedBy?: number;
  /** For a variable: `null` or `undefined` or both, where its declared type allows them but the last cell ruled them out. */
  readonly without?: string | undefined;
  /** For a variable: its declared type allows neither `null` nor `undefined`. */
  readonly solid?: boolean | undefined;
  /** How many cells inference goes back through for the type. */
  readonly depth: number;
}

/** What a cell's end knows about the type of a name. */
export interface Fact {
  /** The type in words that mean the same in any module; it then need not be inferred anew through chains of cells. */
  readonly type?: string;
  readonly narrowed?: boolean;
  readonly without?: string | undefined;
  readonly solid?: boolean | undefined;
}

/** Names that our own lines add to cell modules start so; users do not see them. */
export const hiddenPrefix = "__nb_";
/** What a cell's end knows of a name is handed on under this prefix. */
export const narrowedPrefix = "__nb_now_";

/**
 * The names that committed cells left behind. A value and a type of one name live side by side, as in one file; a class, an enum,
 * a namespace and an import are both at once.
 */
export class Scope {
  #values = new Map<string, Binding>();
  #types = new Map<string, Binding>();
  #hubLines: string[] = [];

  clear(): void {
    this.#values.clear();
    this.#types.clear();
    this.#hubLines = [];
  }

  kindOf(name: string): NameKind | undefined {
    return this.binding(name)?.kind;
  }

  binding(name: string): Binding | undefined {
    return this.#values.get(name) ?? this.#types.get(name);
  }

  names(): ReadonlySet<string> {
    return new Set([...this.#values.keys(), ...this.#types.keys()]);
  }

  /** How many cells inference may go back through for what this cell declares. */
  depth(names: CellNames): number {
    let depth = 0;
    for (const name of names.words) depth = Math.max(depth, (this.binding(name)?.depth ?? -1) + 1);
    return depth;
  }

  /** Variables, own and earlier, of which the cell's end may know more than their declaration. */
  narrowable(names: CellNames): string[] {
    return [...names.narrowed].filter((name) => {
      const own = names.declared.get(name);
      const earlier = this.#values.get(name);
      return isVariable(own) || (own === undefined && isVariable(earlier?.kind) && earlier?.solid !== true);
    });
  }

  commit(cell: number, names: CellNames, facts: ReadonlyMap<string, Fact> = new Map()): void {
    const depth = this.depth(names);
    for (const [name, kind] of names.declared) {
      const binding = { cell, kind, depth: facts.get(name)?.type === undefined ? depth : 0 };
      const type = this.#types.get(name);
      if (kind !== "type") this.#values.set(name, binding);
      // A class that becomes a plain value takes its type along; one that becomes a plain type, its value.
      else if (hasType(this.#values.get(name)?.kind)) this.#values.delete(name);
      if (hasType(kind)) this.#types.set(name, binding);
      else if (type && type.kind !== "type") this.#types.delete(name);
    }
    for (const [name, { narrowed, without, solid }] of facts) {
      const binding = this.#values.get(name);
      if (!binding) continue;
      if (binding.kind === "const" && narrowed) this.#values.set(name, { ...binding, narrowedBy: cell });
      if (binding.kind === "let") this.#values.set(name, { ...binding, without, solid });
    }
    this.#hubLines[cell] = hubLine(cell, names, facts);
  }

  /**
   * One line that brings the mentioned names into a cell's module. `let` variables come as declarations, because imports cannot be
   * assigned to. The only import is that of `hub`, whatever the names: TypeScript updates a program fast as long as no file's imports change.
   */
  prologue(hub: string, names: CellNames): string {
    const specifiers: string[] = [];
    let declarations = "";
    for (const name of names.words) {
      const declared = names.declared.get(name);
      const value = declared === undefined || declared === "type" ? this.#values.get(name) : undefined;
      const type = hasType(declared) ? undefined : this.#types.get(name);
      if (type && type.cell !== value?.cell && (declared === undefined || type.kind === "type")) {
        specifiers.push(`type ${exportedName(name, type)} as ${name}`);
      }
      if (!value || (declared !== undefined && hasType(value.kind))) continue;
      if (value.kind !== "let" && (!type || type.cell === value.cell)) specifiers.push(`${exportedName(name, value)} as ${name}`);
      else {
        const hidden = hiddenPrefix + name;
        specifiers.push(`${exportedName(name, value)} as ${hidden}`);
        declarations += declaration(name, value, `typeof ${hidden}`);
      }
    }
    return `import {${specifiers.join(",")}} from "${hub}";${declarations}export {};`;
  }

  /** The line after a cell that hands its names on, under names that nothing in the cell can collide with. */
  epilogue(names: CellNames): string {
    if (!names.parsed) return "";
    const own = [...names.declared.keys()].map((name) => `${name} as ${hiddenPrefix}${name}`);
    const narrowed = this.narrowable(names).map((name) => `export const ${narrowedPrefix}${name} = ${name};`);
    return `\nexport {${own.join(",")}};${narrowed.join("")}`;
  }

  /** A module that hands on every name of the cells from `first` to `last`, told apart by the cell's number. */
  shelf(cellModule: (cell: number) => string, first: number, last: number): string {
    let text = "";
    for (let cell = first; cell <= last; cell++) text += (this.#hubLines[cell] ?? "export {} from MODULE;\n").replace("MODULE", JSON.stringify(cellModule(cell)));
    return text;
  }
}

function hubLine(cell: number, names: CellNames, facts: ReadonlyMap<string, Fact>): string {
  const aliases: string[] = [];
  let frozen = "";
  for (const name of names.declared.keys()) {
    const type = facts.get(name)?.type;
    if (type === undefined) aliases.push(`${hiddenPrefix}${name} as ${name}$${cell}`);
    else frozen += `export declare const ${name}$${cell}: ${type};`;
  }
  for (const [name, { narrowed }] of facts) if (narrowed) aliases.push(`${narrowedPrefix}${name} as ${name}$${cell}$`);
  return `export {${aliases.join(",")}} from MODULE;${frozen}\n`;
}

function declaration(name: string, { kind, without }: Binding, type: string): string {
  if (kind !== "let") return `declare const ${name}: ${type};`;
  return without === undefined ? `declare let ${name}: ${type};` : `let ${name}: ${type} = null! as Exclude<${type}, ${without}>;`;
}

function exportedName(name: string, { cell, narrowedBy }: Binding): string {
  return narrowedBy === undefined ? `${name}$${cell}` : `${name}$${narrowedBy}$`;
}

function isVariable(kind: NameKind | undefined): boolean {
  return kind === "let" || kind === "const";
}

function hasType(kind: NameKind | undefined): boolean {
  return kind === "class" || kind === "enum" || kind === "namespace" || kind === "import" || kind === "type";
}
