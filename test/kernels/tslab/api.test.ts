import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, it } from "vitest";

// Our implementation of tslab's published interface against tslab's own: the same calls, and what each hands to its kernel.

type Api = typeof import("tslab");
interface Sent {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly id: string | undefined;
  readonly update: boolean;
}

const require = createRequire(import.meta.url);
const theirs = require("tslab") as Api;
const sent: Sent[] = [];
let ours: Api;

beforeAll(async () => {
  const scope = globalThis as { __noisebook?: unknown };
  scope.__noisebook = { show: ({ data, metadata }: Sent, id: string | undefined, update: boolean) => sent.push({ data, metadata, id, update }) };
  (require("tslab/dist/jupyter.js") as { lastWriteDisplayData: unknown }).lastWriteDisplayData = (
    { data, metadata, transient }: Sent & { transient: { display_id?: string } },
    update?: boolean,
  ) => sent.push({ data, metadata, id: transient.display_id, update: update ?? false });
  ours = await import("../../../kernels/tslab/api.ts");
});
afterAll(() => {
  delete (globalThis as { __noisebook?: unknown }).__noisebook;
});

const messages = (use: (api: Api) => void, api: Api): Sent[] => {
  sent.length = 0;
  use(api);
  return [...sent];
};
const named = (all: readonly Sent[]): readonly (Omit<Sent, "id"> & { id: number | undefined })[] => {
  const ids = [...new Set(all.map(({ id }) => id))];
  return all.map((each) => ({ ...each, id: each.id === undefined ? undefined : ids.indexOf(each.id) }));
};

it("has the same names", () => {
  expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
  const methods = (api: Api): string[] => {
    const { display } = api;
    return ["javascript", "html", "markdown", "latex", "svg", "png", "jpeg", "gif", "pdf", "text", "raw"].filter((name) => typeof display[name as keyof typeof display] === "function");
  };
  expect(methods(ours)).toEqual(methods(theirs));
  expect(Object.keys(ours.versions).sort()).toEqual(Object.keys(theirs.versions).sort());
  expect(ours.versions.tslab).toBe(theirs.versions.tslab);
});

it.each<[string, (api: Api) => void]>([
  ["text of every kind", ({ display }) => (["javascript", "html", "markdown", "latex", "svg", "text"] as const).forEach((name) => display[name](`${name} ✓`))],
  ["bytes of every kind", ({ display }) => (["png", "jpeg", "gif", "pdf"] as const).forEach((name) => display[name](new Uint8Array([0, 255, 7])))],
  ["a view into a larger buffer", ({ display }) => display.png(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))],
  ["a Buffer", ({ display }) => display.gif(Buffer.from("gif"))],
  ["raw text and raw bytes", ({ display }) => void (display.raw("x/y", "z"), display.raw("x/z", new Uint8Array([9])))],
  ["one display shown anew", ({ newDisplay }) => {
    const [first, second] = [newDisplay(), newDisplay()];
    first.text("1");
    second.html("2");
    first.markdown("3");
    second.png(new Uint8Array([4]));
  }],
])("sends what tslab sends: %s", (_, use) => {
  const expected = messages(use, theirs);
  expect(expected.length).toBeGreaterThan(0);
  expect(named(messages(use, ours))).toEqual(named(expected));
});
