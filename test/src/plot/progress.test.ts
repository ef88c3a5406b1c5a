import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type MimeBundle, progress } from "../../../src/plot/index.ts";

const displaySymbol = Symbol.for("Jupyter.display");

interface Shown {
  readonly id: string;
  readonly update: boolean;
  readonly text: unknown;
}

describe("a progress bar where cells have a display", () => {
  let shown: Shown[];
  let time: number;
  const now = (): number => time;
  const place = globalThis as { display?: unknown };

  beforeEach(() => {
    shown = [];
    time = 0;
    place.display = (value: { [displaySymbol](): MimeBundle }, { id, update = false }: { id: string; update?: boolean }) =>
      shown.push({ id, update, text: value[displaySymbol]()["text/plain"] });
  });
  afterEach(() => void delete place.display);

  it("shows itself while items are taken, updates at most ten times a second, and ends with the count alone", () => {
    const taken: number[] = [];
    for (const n of progress(Array.from({ length: 1000 }, (_, i) => i), { label: "steps", now })) {
      taken.push(n);
      time += 10;
    }
    expect(taken).toHaveLength(1000);
    expect(shown).toHaveLength(1 + 100);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(1);
    expect(shown.map(({ update }) => update)).toEqual([false, ...Array<boolean>(100).fill(true)]);
    expect(shown[0].text).toBe(`steps ${"░".repeat(24)} 0/1000`);
    expect(shown[51].text).toBe(`steps ${"█".repeat(12)}${"░".repeat(12)} 510/1000 · 100/s · 5 s left`);
    expect(shown.at(-1)?.text).toBe(`steps ${"█".repeat(24)} 1000/1000`);
  });

  it("takes asynchronous items, and items whose number nobody knows", async () => {
    async function* letters(): AsyncGenerator<string> {
      yield* "abc";
    }
    let word = "";
    for await (const letter of progress(letters(), { now })) {
      word += letter;
      time += 500;
    }
    expect(word).toBe("abc");
    expect(shown.map(({ text }) => text)).toEqual(["0", "1 · 2.00/s", "2 · 2.00/s", "3 · 2.00/s", "3"]);
    for (const _ of progress(new Set([1, 2]), { now })) time += 500;
    expect(shown.at(-1)?.text).toBe(`${"█".repeat(24)} 2/2`);
  });

  it("says where a loop stopped that did not reach its end", () => {
    const stop = (): void => {
      for (const n of progress([1, 2, 3, 4], { now })) if (n === 3) throw new Error("stop");
    };
    expect(stop).toThrow("stop");
    expect(shown.at(-1)?.text).toBe(`${"█".repeat(12)}${"░".repeat(12)} 2/4`);
  });

  it("goes over each item once per loop, and through nothing without failing", () => {
    const bar = progress([1, 2]);
    expect([...bar, ...bar]).toEqual([1, 2, 1, 2]);
    expect([...progress([])]).toEqual([]);
  });

  it("survives a display that fails", () => {
    place.display = () => Promise.reject(new Error("no front end"));
    expect([...progress([1, 2])]).toEqual([1, 2]);
  });

  it("is silent where there is no display, and until it is shown", () => {
    progress(3).advance();
    expect(shown).toEqual([]);
    delete place.display;
    expect([...progress([1, 2])]).toEqual([1, 2]);
    expect(progress(2).show().advance(2).done).toBe(2);
  });
});
