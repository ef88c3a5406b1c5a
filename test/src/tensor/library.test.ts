import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findLibrary, libraryName } from "../../../src/tensor/tensorflow/library.ts";

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "noisebook-library-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
/** A folder with these files in it. */
function place(...files: string[]): string {
  const root = path.join(folder, String(made++));
  for (const file of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), "");
  }
  mkdirSync(root, { recursive: true });
  return root;
}
const record = (root: string, content: object): void => {
  mkdirSync(path.join(root, ".noisebook"), { recursive: true });
  writeFileSync(path.join(root, ".noisebook/tensorflow.json"), JSON.stringify(content));
};
const empty = place();

describe("TensorFlow is found", () => {
  it.each([
    ["the file", libraryName, libraryName],
    ["its folder", libraryName, ""],
    ["a site-packages folder", `tensorflow/${libraryName}`, ""],
    ["a Python environment", `lib/python3.12/site-packages/tensorflow/${libraryName}`, ""],
    ["a Debian's Python", `lib/python3/dist-packages/tensorflow/${libraryName}`, ""],
  ])("where NOISEBOOK_TENSORFLOW names %s", (_, file, named) => {
    const root = place(file);
    const { found } = findLibrary({ NOISEBOOK_TENSORFLOW: path.join(root, named) }, empty);
    expect(found).toEqual([{ file: path.join(root, file), origin: "named by NOISEBOOK_TENSORFLOW" }]);
  });

  it("where set-up put it, by a place relative to the repository or an absolute one", () => {
    const root = place(`.noisebook/tensorflow/x/tensorflow/${libraryName}`);
    for (const at of [".noisebook/tensorflow/x", path.join(root, ".noisebook/tensorflow/x")]) {
      record(root, { use: "cpu", folder: at });
      expect(findLibrary({}, root).found).toEqual([{ file: path.join(root, `.noisebook/tensorflow/x/tensorflow/${libraryName}`), origin: "from noisebook setup" }]);
    }
  });

  it("in the active environment, and in the first Python on PATH, once each", () => {
    const [active, other] = [place(`lib/python3.13/site-packages/tensorflow/${libraryName}`), place("bin/python3", `lib/python3.11/site-packages/tensorflow/${libraryName}`)];
    const env = { VIRTUAL_ENV: active, PATH: [path.join(empty, "bin"), path.join(other, "bin")].join(path.delimiter) };
    expect(findLibrary(env, empty).found.map(({ origin }) => origin)).toEqual([`of the Python in ${active}`, `of the Python in ${other}`]);
    expect(findLibrary({ ...env, VIRTUAL_ENV: other }, empty).found).toHaveLength(1);
  });

  it("through links, as the file that they lead to", () => {
    const root = place(libraryName);
    symlinkSync(root, path.join(folder, "link"));
    expect(findLibrary({ NOISEBOOK_TENSORFLOW: path.join(folder, "link") }, empty).found[0]!.file).toBe(path.join(root, libraryName));
  });

  it("first by name, then by set-up, then in Python", () => {
    const root = place(`ours/${libraryName}`);
    record(root, { use: "cpu", folder: "ours" });
    const [named, python] = [place(libraryName), place(`lib/python3.12/site-packages/tensorflow/${libraryName}`)];
    const origins = findLibrary({ NOISEBOOK_TENSORFLOW: named, VIRTUAL_ENV: python }, root).found.map(({ origin }) => origin);
    expect(origins).toEqual(["named by NOISEBOOK_TENSORFLOW", "from noisebook setup", `of the Python in ${python}`]);
  });
});

describe("TensorFlow is not found", () => {
  it("where nothing is, and no reason is given", () => {
    expect(findLibrary({}, empty)).toEqual({ found: [], missing: [], declined: false });
  });

  it("where what was named does not have it: the place is told", () => {
    const { found, missing } = findLibrary({ NOISEBOOK_TENSORFLOW: empty }, empty);
    expect(found).toEqual([]);
    expect(missing).toEqual([`named by NOISEBOOK_TENSORFLOW: no ${libraryName} in ${empty}`]);
  });

  it("where setup --none was given, but by name", () => {
    const root = place();
    record(root, { use: "none" });
    const python = place(`lib/python3.12/site-packages/tensorflow/${libraryName}`);
    expect(findLibrary({ VIRTUAL_ENV: python }, root)).toEqual({ found: [], missing: [], declined: true });
    expect(findLibrary({ NOISEBOOK_TENSORFLOW: python }, root).found).toHaveLength(1);
  });

  it("by a record that is damaged", () => {
    const root = place();
    mkdirSync(path.join(root, ".noisebook"));
    writeFileSync(path.join(root, ".noisebook/tensorflow.json"), "{");
    expect(findLibrary({}, root)).toEqual({ found: [], missing: [], declined: false });
  });
});
