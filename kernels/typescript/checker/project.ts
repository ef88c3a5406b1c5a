import { statSync } from "node:fs";
import path from "node:path";
import type { FileChanges } from "typescript/unstable/proto";
import type { FileSystem } from "typescript/unstable/fs";
import type { API, Project as View, Snapshot } from "typescript/unstable/sync";
import { factsOf } from "./facts.ts";
import { type CellNames, namesOf } from "./names.ts";
import { Scope } from "./scope.ts";
import { Superseded } from "./superseded.ts";
import { cellConfig, findTsconfig, probeConfig, type UserOptions } from "./tsconfig.ts";

/** A cell as TypeScript sees it: a file whose text holds the cell's from `start` on. */
export interface CellFile {
  readonly file: string;
  readonly start: number;
  readonly code: string;
  readonly names: CellNames;
  readonly view: View;
}

/** Each costs a little at every question, so they are made by and by. */
const slotsAhead = 96;
const slotsOnShelf = 16;
const emptyModule = "export {};";

/**
 * The virtual project of a notebook. Each committed cell is a module in a numbered slot beside the notebook, so that relative imports
 * resolve; a shelf module re-exports the names of some slots by number, and the hub all shelves; a cell imports what it mentions from the
 * hub. Slots are made ahead, empty, and each module imports the hub alone, so the shape of the program changes only with the imports that
 * users write: TypeScript then replaces one file, a cell or its shelf, in well under a millisecond instead of resolving everything anew.
 */
export class Project {
  readonly scope = new Scope();
  readonly #api: API;
  readonly #prefix: string;
  readonly #config: string;
  readonly #files: Map<string, string>;
  readonly #diskTimes = new Map<string, number>();
  readonly #superseded = new Superseded();
  #retired: Snapshot[] = [];
  #snapshot: Snapshot | undefined;
  #slots = 0;
  #next = 1;
  #unresolved = false;
  #latest: { readonly code: string; readonly names: CellNames } | undefined;

  constructor(options: { api: API; files: Map<string, string>; cwd: string; packageRoot: string; committed: readonly string[] }) {
    this.#api = options.api;
    this.#files = options.files;
    this.#prefix = virtualPrefix(options.cwd);
    this.#config = `${this.#prefix}config.json`;
    for (const code of options.committed) this.#store(code, namesOf(code));
    this.#open(options.cwd, options.packageRoot);
  }

  /** Puts a cell into the next free slot. */
  cell(code: string): CellFile {
    const names = this.#namesOf(code);
    const { text, start } = this.#text(code, names);
    const file = this.#slot(this.#next);
    this.#refresh(names);
    this.#swap(this.#superseded.by(names.augmentations));
    this.#change(file, text);
    return { file, start, code, names, view: this.#view() };
  }

  /** Puts code that is being typed into a file of its own, with the names that `mentioned` uses. */
  scratch(code: string, mentioned = code): CellFile {
    const names = namesOf(mentioned);
    const prologue = `${this.scope.prologue(this.#hubSpecifier(), names)}\n`;
    const file = `${this.#prefix}scratch.ts`;
    this.#change(file, prologue + code);
    return { file, start: prologue.length, code, names, view: this.#view() };
  }

  /** The cell ran: its names are there for the next. */
  commit(code: string): void {
    const file = this.#slot(this.#next);
    const names = this.#namesOf(code);
    const { text, start } = this.#text(code, names);
    this.#swap(this.#superseded.by(names.augmentations));
    this.#change(file, text);
    this.#superseded.commit(file, text, start, names.augmentations);
    const facts = factsOf({ file, start, code, names, view: this.#view() }, this.scope);
    const shelf = shelfOf(this.#next);
    this.scope.commit(this.#next++, names, facts);
    this.#change(this.#shelf(shelf), this.#shelfText(shelf));
    if (this.#next <= this.#slots) return;
    this.#fillSlots(this.#slots + slotsAhead);
    this.#change(this.#hub(), this.#hubText());
  }

  /** Where a name of an earlier cell is declared. */
  origin(name: string): { readonly document: string; readonly position: number } | undefined {
    const binding = this.scope.binding(name);
    const document = this.#slot(binding?.cell ?? 0);
    return binding && { document, position: this.#files.get(document)?.length ?? 0 };
  }

  reset(): void {
    const slots = Array.from({ length: this.#next }, (_, i) => this.#slot(i + 1));
    const shelves = Array.from({ length: shelfOf(this.#next) }, (_, i) => i + 1);
    this.scope.clear();
    this.#superseded.clear();
    this.#next = 1;
    for (const file of slots) this.#files.set(file, this.#emptySlot());
    for (const shelf of shelves) this.#files.set(this.#shelf(shelf), this.#shelfText(shelf));
    this.#update({ changed: [...slots, ...shelves.map((shelf) => this.#shelf(shelf))] });
  }

  /** Tells TypeScript's process to forget what earlier questions held; costs a round trip, so call it after the answer went out. */
  tidy(): void {
    for (const snapshot of this.#retired.splice(0)) snapshot.dispose();
  }

  /** Remembers whether a question met a module that could not be found: it may have been installed by the next time. */
  noteUnresolved(unresolved: boolean): void {
    this.#unresolved = unresolved;
  }

  /** Notes the local files that cells import, so that edits are seen. Returns those new or edited since the last call. */
  trackImports(cell: CellFile): readonly string[] {
    const fresh: string[] = [];
    for (const file of cell.view.program.getSourceFileNames()) {
      if (this.#diskTimes.has(file) || file.startsWith(this.#prefix) || file.includes("/node_modules/") || !path.isAbsolute(file)) continue;
      this.#diskTimes.set(file, diskTime(file));
      fresh.push(file);
    }
    return fresh;
  }

  #open(cwd: string, packageRoot: string): void {
    const hub = this.#hub();
    const scratch = `${this.#prefix}scratch.ts`;
    this.#files.set(scratch, this.#emptySlot());
    this.#fillSlots(this.#next + slotsAhead);
    this.#files.set(hub, this.#hubText());
    const globals = path.join(packageRoot, "kernels", "typescript", "globals.d.ts");
    const tsconfig = findTsconfig(cwd);
    const user = tsconfig === undefined ? {} : this.#userOptions(tsconfig, hub);
    this.#files.set(this.#config, cellConfig({ cwd, packageRoot, files: [globals, hub, scratch], tsconfig, user }));
    this.#update({});
  }

  /** Makes slots up to at least `count`, and their shelves. */
  #fillSlots(count: number): void {
    const first = shelfOf(this.#slots + 1);
    const last = shelfOf(count);
    const made = this.#slots;
    this.#slots = last * slotsOnShelf;
    for (let cell = Math.max(made + 1, this.#next); cell <= this.#slots; cell++) this.#files.set(this.#slot(cell), this.#emptySlot());
    for (let shelf = first; shelf <= last; shelf++) this.#files.set(this.#shelf(shelf), this.#shelfText(shelf));
  }

  #userOptions(tsconfig: string, file: string): UserOptions {
    const probe = `${this.#prefix}probe.json`;
    this.#files.set(probe, probeConfig(tsconfig, file));
    return this.#api.parseConfigFile(probe).options;
  }

  #text(code: string, names: CellNames): { text: string; start: number } {
    const prologue = `${this.scope.prologue(this.#hubSpecifier(), names)}\n`;
    return { text: prologue + code + this.scope.epilogue(names), start: prologue.length };
  }

  /** A cell is mostly committed right after its check. */
  #namesOf(code: string): CellNames {
    if (this.#latest?.code !== code) this.#latest = { code, names: namesOf(code) };
    return this.#latest.names;
  }

  #store(code: string, names: CellNames): void {
    const { text, start } = this.#text(code, names);
    for (const [file, without] of this.#superseded.by(names.augmentations)) this.#files.set(file, without);
    this.#files.set(this.#slot(this.#next), text);
    this.#superseded.commit(this.#slot(this.#next), text, start, names.augmentations);
    this.scope.commit(this.#next++, names);
  }

  /** Brings edited local files into the program before a cell is looked at. */
  #refresh(names: CellNames): void {
    if (this.#unresolved && names.imports) {
      this.#unresolved = false;
      this.#update({ invalidateAll: true });
    }
    const changed: string[] = [];
    const deleted: string[] = [];
    for (const [file, time] of this.#diskTimes) {
      const now = diskTime(file);
      if (now === time) continue;
      (now === gone ? deleted : changed).push(file);
      this.#diskTimes.delete(file);
    }
    if (changed.length + deleted.length > 0) this.#update({ changed, deleted });
  }

  #swap(texts: ReadonlyMap<string, string>): void {
    for (const [file, text] of texts) this.#change(file, text);
  }

  // One file a time: with several changed files TypeScript builds the whole program anew.
  #change(file: string, text: string): void {
    if (this.#files.get(file) === text) return;
    this.#files.set(file, text);
    this.#update({ changed: [file] });
  }

  #update(fileChanges: FileChanges): void {
    const snapshot = this.#api.updateSnapshot({ openProjects: [this.#config], fileChanges });
    if (this.#snapshot) this.#retired.push(this.#snapshot);
    this.#snapshot = snapshot;
  }

  #view(): View {
    const view = this.#snapshot?.getProject(this.#config);
    if (!view) throw new Error("TypeScript lost the notebook's project");
    return view;
  }

  #slot(cell: number): string {
    return `${this.#prefix}cell_${cell}.ts`;
  }

  #hub(): string {
    return `${this.#prefix}names.ts`;
  }

  #hubSpecifier(): string {
    return `./${path.posix.basename(this.#prefix)}names`;
  }

  #hubText(): string {
    let text = "";
    for (let shelf = 1; shelf <= shelfOf(this.#slots); shelf++) text += `export * from "${this.#hubSpecifier()}_${shelf}";\n`;
    return text;
  }

  #shelf(shelf: number): string {
    return `${this.#prefix}names_${shelf}.ts`;
  }

  #shelfText(shelf: number): string {
    return this.scope.shelf((cell) => `./${path.posix.basename(this.#prefix)}cell_${cell}`, (shelf - 1) * slotsOnShelf + 1, shelf * slotsOnShelf);
  }

  #emptySlot(): string {
    return `import {} from "${this.#hubSpecifier()}";${emptyModule}`;
  }
}

/** TypeScript's view of the disk with `files` on top: undefined stands for what is on disk, null for nothing. */
export function fileSystem(cwd: string, files: ReadonlyMap<string, string>): FileSystem {
  const prefix = virtualPrefix(cwd);
  return {
    readFile: (file) => (file.startsWith(prefix) ? (files.get(file) ?? null) : undefined),
    fileExists: (file) => (file.startsWith(prefix) ? files.has(file) : undefined),
  };
}

const shelfOf = (cell: number): number => Math.ceil(cell / slotsOnShelf);

function virtualPrefix(cwd: string): string {
  return `${path.resolve(cwd).replaceAll("\\", "/").replace(/\/$/, "")}/__noisebook_`;
}

const gone = -1;

/** Changes whenever the file does: its time and size, or `gone`. */
function diskTime(file: string): number {
  try {
    const { mtimeMs, size } = statSync(file);
    return mtimeMs + size / 1e6;
  } catch {
    return gone;
  }
}
