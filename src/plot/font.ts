import { fontFamily } from "./theme.ts";

/** Advance widths of one TrueType font, in units of the font size. */
export class FontMetrics {
  readonly #view: DataView;
  readonly #tables = new Map<string, number>();
  readonly #unitsPerEm: number;
  readonly #advances: number;

  constructor(file: Uint8Array) {
    this.#view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    for (let at = 12, end = 12 + 16 * this.#view.getUint16(4); at < end; at += 16) {
      const tag = String.fromCharCode(...file.subarray(at, at + 4));
      this.#tables.set(tag, this.#view.getUint32(at + 8));
    }
    this.#unitsPerEm = this.#view.getUint16(this.#table("head") + 18);
    this.#advances = this.#view.getUint16(this.#table("hhea") + 34);
  }

  /** Width of a character, or undefined where the font has no glyph for it. */
  advance(codePoint: number): number | undefined {
    const glyph = this.#glyph(codePoint);
    if (glyph === 0) return undefined;
    return this.#view.getUint16(this.#table("hmtx") + 4 * Math.min(glyph, this.#advances - 1)) / this.#unitsPerEm;
  }

  #table(tag: string): number {
    const offset = this.#tables.get(tag);
    if (offset === undefined) throw new TypeError(`not a TrueType font: it has no "${tag}" table`);
    return offset;
  }

  /** Looks the character up in the font's character map for the basic plane (format 4 of the OpenType specification). */
  #glyph(codePoint: number): number {
    const view = this.#view;
    const cmap = this.#table("cmap");
    for (let i = 0, n = view.getUint16(cmap + 2); i < n; i++) {
      const map = cmap + view.getUint32(cmap + 8 + 8 * i);
      if (view.getUint16(map) !== 4) continue;
      const segments = view.getUint16(map + 6) / 2;
      for (let s = 0; s < segments; s++) {
        if (codePoint > view.getUint16(map + 14 + 2 * s)) continue;
        const start = view.getUint16(map + 16 + 2 * (segments + s));
        if (codePoint < start) return 0;
        const delta = view.getUint16(map + 16 + 2 * (2 * segments + s));
        const slot = map + 16 + 2 * (3 * segments + s);
        const offset = view.getUint16(slot);
        if (offset === 0) return (codePoint + delta) & 0xffff;
        const glyph = view.getUint16(slot + offset + 2 * (codePoint - start));
        return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
      }
    }
    return 0;
  }
}

export interface Fonts {
  /** For resvg: no font of the machine is ever loaded, so that a PNG is the same everywhere. */
  readonly options: {
    readonly loadSystemFonts: false;
    readonly fontFiles: string[];
    readonly defaultFontFamily: string;
    readonly sansSerifFamily: string;
  };
  /** Width of a line of text in pixels. */
  width(text: string, size: number, bold: boolean): number;
}

let loaded: Promise<Fonts> | undefined;

/** The shipped fonts: Inter, which has the letters of formulas (ᾱₜ, σ², √), and DejaVu Sans for the few signs that it lacks. */
export const loadFonts = (): Promise<Fonts> => (loaded ??= load());

async function load(): Promise<Fonts> {
  const [{ createRequire }, { readFile }] = await Promise.all([import("node:module"), import("node:fs/promises")]);
  const { resolve } = createRequire(import.meta.url);
  const fontFiles = [
    "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
    "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
  ].map((file) => resolve(file));
  const [regular, bold, signs] = await Promise.all(fontFiles.map(async (file) => new FontMetrics(await readFile(file))));
  if (!regular || !bold || !signs) throw new Error("unreachable: three fonts are named above");
  const family = fontFamily.slice(0, fontFamily.indexOf(","));
  return {
    options: { loadSystemFonts: false, fontFiles, defaultFontFamily: family, sansSerifFamily: family },
    width(text, size, isBold) {
      const own = isBold ? bold : regular;
      let width = 0;
      for (const character of text) {
        const codePoint = character.codePointAt(0) ?? 0;
        width += own.advance(codePoint) ?? signs.advance(codePoint) ?? 0.6;
      }
      return width * size;
    },
  };
}
