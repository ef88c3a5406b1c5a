import type { Augmentation } from "./names.ts";

interface Entry extends Augmentation {
  readonly file: string;
}

/**
 * Global declarations of committed cells cannot be redeclared as cell names can: TypeScript merges them, and an edited cell would be at
 * odds with its own earlier run. So a new block that declares the same names takes the place of the old ones, whose text is blanked.
 */
export class Superseded {
  readonly #texts = new Map<string, string>();
  #entries: Entry[] = [];

  clear(): void {
    this.#texts.clear();
    this.#entries = [];
  }

  commit(file: string, text: string, start: number, augmentations: readonly Augmentation[]): void {
    if (augmentations.length === 0) return;
    for (const [older, without] of this.by(augmentations)) this.#texts.set(older, without);
    this.#entries = this.#entries.filter((entry) => !overlap(entry, augmentations));
    this.#texts.set(file, text);
    for (const each of augmentations) this.#entries.push({ ...each, file, start: each.start + start, end: each.end + start });
  }

  /** The texts that the files of all earlier blocks have while these blocks are in force. */
  by(augmentations: readonly Augmentation[]): Map<string, string> {
    const texts = new Map(this.#texts);
    for (const entry of this.#entries) {
      if (!overlap(entry, augmentations)) continue;
      const text = texts.get(entry.file)!;
      texts.set(entry.file, text.slice(0, entry.start) + text.slice(entry.start, entry.end).replaceAll(/[^\r\n]/g, " ") + text.slice(entry.end));
    }
    return texts;
  }
}

function overlap(one: Augmentation, others: readonly Augmentation[]): boolean {
  return others.some(({ names }) => names.some((name) => one.names.includes(name)));
}
