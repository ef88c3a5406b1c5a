import { expect, test } from "vitest";
import { Notebook } from "./fixture.ts";

test("names reach across hundreds of cells, and types with them; a reset forgets all", async () => {
  const notebook = new Notebook();
  const count = 230;
  for (let n = 0; n < count; n++) expect(await notebook.run(n === 0 ? "const c0 = 1; type First = { first: number };" : `const c${n} = c${n - 1} + 1;`)).toEqual([]);
  expect(await notebook.codes(`const all: number[] = [${Array.from({ length: count }, (_, n) => `c${n}`).join()}]; const first: First = { first: c0 };`)).toEqual([]);
  expect(await notebook.codes(`const text: string = c${count - 1};`)).toEqual([2322]);
  expect(await notebook.run(`const c3 = "other";`)).toEqual([]);
  expect(await notebook.codes("const three: string = c3, four: number = c4;")).toEqual([]);
  notebook.checker.reset();
  expect(await notebook.codes(`c0; c${count - 1};`)).toEqual([2304, 2304]);
  expect(await notebook.run(`const c0 = "anew";`)).toEqual([]);
  expect(await notebook.codes("const text: string = c0;")).toEqual([]);
}, 180_000);
