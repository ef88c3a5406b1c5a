/** A magic: a line that begins with `%name`, or a whole cell whose first line begins with `%%name`. */
export interface MagicInfo {
  readonly name: string;
  readonly forms: readonly ("line" | "cell")[];
  /** What may follow the name. */
  readonly usage: string;
  readonly summary: string;
  /** Whether TypeScript follows the name, rather than words. */
  readonly timesCode?: true;
  /** Words that may follow, for completion. */
  readonly words?: readonly string[];
}

export const checkModes = ["strict", "warn", "off"] as const;

export const catalogue: readonly MagicInfo[] = [
  { name: "cd", forms: ["line"], usage: "[folder]", summary: "changes the working folder; imports still start at the notebook's" },
  {
    name: "check",
    forms: ["line", "cell"],
    usage: "[strict|warn|off]",
    summary: "type errors stop a cell, are only told, or are not looked for: %check from this cell on, %%check in this cell; alone, tells the mode",
    words: checkModes,
  },
  { name: "env", forms: ["line"], usage: "[NAME | NAME=value | NAME value]", summary: "lists, shows or sets environment variables" },
  { name: "lsmagic", forms: ["line"], usage: "", summary: "lists the magics" },
  { name: "magic", forms: ["line"], usage: "", summary: "tells what each magic does" },
  { name: "pwd", forms: ["line"], usage: "", summary: "shows the working folder" },
  { name: "reset", forms: ["line"], usage: "[-f]", summary: "starts a fresh session: all names, imports and types are forgotten", words: ["-f"] },
  { name: "time", forms: ["line", "cell"], usage: "statement", summary: "runs once and tells how long it took", timesCode: true },
  { name: "timeit", forms: ["line", "cell"], usage: "[-n loops] [-r runs] statement", summary: "runs many times and tells mean, deviation and best", timesCode: true },
  { name: "who", forms: ["line"], usage: "", summary: "lists the names that cells have declared" },
  { name: "whos", forms: ["line"], usage: "", summary: "lists them with their types and values" },
];

const byName = new Map(catalogue.map((magic) => [magic.name, magic]));

export function magicNamed(name: string): MagicInfo | undefined {
  return byName.get(name);
}

/** Everything one can type, aligned, for `%magic`. */
export function catalogueText(): string {
  const rows = catalogue.flatMap(({ name, forms, usage, summary }) =>
    forms.map((form) => [`${form === "cell" ? "%%" : "%"}${name} ${form === "cell" ? usage.replace(/ ?statement$/, "") : usage}`.trimEnd(), form === forms[0] ? summary : ""]),
  );
  rows.push(["!command", "runs a command by the shell; a failing one fails the cell"]);
  const width = Math.max(...rows.map(([usage]) => usage.length));
  return rows.map(([usage, summary]) => `${usage.padEnd(width)}  ${summary}`.trimEnd()).join("\n");
}

/** Magics that someone who typed `head` may have meant, nearest first. */
export function nearMagics(head: string): string[] {
  const [, sign, typed] = /^(%*)(.*)$/.exec(head.toLowerCase())!;
  const near = catalogue
    .map((magic) => ({ magic, distance: magic.name.startsWith(typed) ? 0 : editDistance(typed, magic.name) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(typed.length / 2)));
  near.sort((a, b) => a.distance - b.distance);
  return near.slice(0, 3).map(({ magic: { name, forms } }) => (sign === "%%" && forms.includes("cell") ? `%%${name}` : `%${name}`));
}

/** Letters to insert, drop, replace or swap with their neighbours. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}
