import { describe, expect, it } from "vitest";
import { caughtAt } from "../../../../kernels/typescript/debugger/caught.ts";

const text = `throw 1;
try { throw 2; } catch { throw 3; } finally { throw 4; }
try { throw 5; } finally {}
try { const f = () => { throw 6; }; for (const x of [1] as number[]) { if (x) throw 7; } } catch {}
class A { m() { try { throw 8; } catch {} } static { throw 9; } }`;

describe("caughtAt", () => {
  it.each([
    [1, false],
    [2, true],
    [3, false],
    [4, false],
    [5, false],
    [6, false],
    [7, true],
    [8, true],
    [9, false],
  ])("throw %i: %s", (n, caught) => {
    const lines = text.split("\n");
    const line = lines.findIndex((each) => each.includes(`throw ${n};`));
    expect(caughtAt(text, { line: line + 1, column: lines[line].indexOf(`throw ${n};`) + 1 })).toBe(caught);
  });
});
