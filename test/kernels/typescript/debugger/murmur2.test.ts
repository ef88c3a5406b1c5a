import { describe, expect, it } from "vitest";
import { murmur2 } from "../../../../kernels/typescript/debugger/murmur2.ts";

// Computed with the reference kernel's function (ipykernel 7.4, compiler.murmur2_x86) for its seed.
const seed = 0xc70f6907;

describe("murmur2", () => {
  it.each([
    ["", 3990065800],
    ["a", 2167009006],
    ["ab", 2805137849],
    ["abc", 3350977461],
    ["abcd", 804720481],
    ["1 + 1", 2359671083],
    ["let x: number = 1;\nx", 670247657],
    ["grüße €", 1762077313],
    ["😀 outside the BMP", 2901962101],
    ["x".repeat(1001), 2469510316],
  ])("hashes %j as Jupyter does", (text, hash) => {
    expect(murmur2(text, seed)).toBe(hash);
  });
});
