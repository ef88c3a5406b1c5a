import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The folders whose names the ledger's entries use. */
const folders = ["algebra", "continuous", "gaussian", "langevin", "ledger", "objective", "oracle", "process", "sampler", "schedule"];

/** The file of src/ that each public name of the core stands in, as `process/posterior.ts`, read from the folders' index files. */
export function coreFiles(src: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const folder of folders.filter((name) => readdirSync(src).includes(name))) {
    const index = readFileSync(path.join(src, folder, "index.ts"), "utf8");
    for (const [, names, file] of index.matchAll(/export \{([^}]*)\} from "\.\/([^"]+)"/g)) {
      for (const name of names!.split(",")) files.set(name.trim().replace(/^type /, "").replace(/^.* as /, ""), `${folder}/${file}`);
    }
  }
  return files;
}

/** Public names that stand in the entries as words. */
const words = ["dual"];

/** What an entry says that the core calls it, as Markdown: each public name, with its call and members, a link to its file. */
export function linkedCore(core: string, files: ReadonlyMap<string, string>, base: string): string {
  const call = /(?<![\w.])([A-Za-z]\w*)((?:\((?:[^()]|\([^()]*\))*\))?(?:\.\w+)*)/g;
  return core.replace(call, (text, name: string, rest: string) => {
    const file = files.get(name === "schedule" && rest.startsWith(".") ? "Schedule" : name);
    return file === undefined || words.includes(text) ? text : `[\`${text}\`](${base}/${file})`;
  });
}
