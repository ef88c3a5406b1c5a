import type { CellNames, NameKind } from "./names.ts";

interface Binding {
  /** The number of the cell module that declares the name. */
  readonly cell: number;
  readonly kind: NameKind;
}

/** Names that our own lines add to cell modules start so; users do not see them. */
export const hiddenPrefix = "__nb_";

/**
 * The names that committed cells left behind. A value and a type of one name live side by side, as in one file; a class, an enum,
 * a namespace and an import are both at once.
 */
export class Scope {
  #values = new Map<string, Binding>();
  #types = new Map<string, Binding>();
  #exports = new Map<number, readonly string[]>();

  clear(): void {
    this.#values.clear();
    this.#types.clear();
    this.#exports.clear();
  }

  kindOf(name: string): NameKind | undefined {
    return (this.#values.get(name) ?? this.#types.get(name))?.kind;
  }

  names(): ReadonlySet<string> {
    return new Set([...this.#values.keys(), ...this.#types.keys()]);
  }

  commit(cell: number, names: CellNames): void {
    for (const [name, kind] of names.declared) {
      const binding = { cell, kind };
      if (kind !== "type") this.#values.set(name, binding);
      if (hasType(kind)) this.#types.set(name, binding);
      // A class that becomes a plain value takes its type along; one that becomes a plain type, its value.
      else if (hasType(this.#types.get(name)?.kind) && this.#types.get(name)?.kind !== "type") this.#types.delete(name);
      if (kind === "type" && hasType(this.#values.get(name)?.kind)) this.#values.delete(name);
    }
    this.#exports.set(cell, [...names.declared.keys()]);
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
      if (type && type !== value && !(declared !== undefined && type.kind !== "type")) specifiers.push(`type ${versioned(name, type)} as ${name}`);
      if (!value || (declared !== undefined && hasType(value.kind))) continue;
      if (value.kind !== "let" && (!type || type === value)) specifiers.push(`${versioned(name, value)} as ${name}`);
      else {
        const hidden = hiddenPrefix + name;
        specifiers.push(`${versioned(name, value)} as ${hidden}`);
        declarations += `declare ${value.kind === "let" ? "let" : "const"} ${name}: typeof ${hidden};`;
      }
    }
    return `import {${specifiers.join(",")}} from "${hub}";${declarations}export {};`;
  }

  /** The line after a cell that hands its names on, under names that nothing in the cell can collide with. */
  epilogue(names: CellNames): string {
    return `export {${[...names.declared.keys()].map((name) => `${name} as ${hiddenPrefix}${name}`).join(",")}};`;
  }

  /** The module that all cells import from: every name of every cell, told apart by the cell's number. */
  hub(cellModule: (cell: number) => string, count: number): string {
    let text = "";
    for (let cell = 1; cell <= count; cell++) {
      const names = (this.#exports.get(cell) ?? []).map((name) => `${hiddenPrefix}${name} as ${name}$${cell}`);
      text += `export {${names.join(",")}} from "${cellModule(cell)}";\n`;
    }
    return text;
  }
}

function hasType(kind: NameKind | undefined): boolean {
  return kind === "class" || kind === "enum" || kind === "namespace" || kind === "import" || kind === "type";
}

function versioned(name: string, binding: Binding): string {
  return `${name}$${binding.cell}`;
}
