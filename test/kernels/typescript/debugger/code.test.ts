import { describe, expect, it } from "vitest";
import { breakpointCondition, javaScript } from "../../../../kernels/typescript/debugger/code.ts";

const evaluate = (code: string): unknown => (0, eval)(code);

describe("what is typed at a stopped program", () => {
  it.each([
    ["1 + (2 as number)", 3],
    ["{ a: 1 }", { a: 1 }],
    ["const n: number = 4; n * 2", 8],
    ["[1, 2].map((x: number): string => String(x))", ["1", "2"]],
  ])("is TypeScript: %j", (typed, value) => {
    expect(evaluate(javaScript(typed))).toEqual(value);
  });

  it("is refused with a reason where it is not", () => {
    expect(() => javaScript("1 +")).toThrow(/^SyntaxError: /);
  });
});

describe("a breakpoint's condition", () => {
  it("is none without words for one", () => {
    expect(breakpointCondition({})).toBeUndefined();
  });

  it("loses its types", () => {
    expect(evaluate(String(breakpointCondition({ condition: "(3 as number) > 2" })))).toBe(true);
  });

  it("never holds where it only logs, and logs what stands in braces", () => {
    const logged: unknown[] = [];
    const condition = String(breakpointCondition({ logMessage: "a `$x` is {1 + 1}", condition: "true" }));
    const holds = new Function("console", `return ${condition}`)({ log: (text: unknown) => logged.push(text) }) as boolean;
    expect(holds).toBe(false);
    expect(logged).toEqual(["a `$x` is 2"]);
  });
});
