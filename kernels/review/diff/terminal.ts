import { type Colours, fit, oneLine, plural } from "../../client/progress/text.ts";
import { describeDifference } from "../compare/difference.ts";
import type { CellDiff } from "./diff-notebooks.ts";

const words: Readonly<Record<CellDiff["verdict"], string>> = {
  agree: "agree",
  differ: "differ",
  volatile: "volatile",
  missing: "only in the first",
  new: "only in the second",
};

/** What differs, cell by cell, and counts that add up. */
export function describeDiffs(diffs: readonly CellDiff[], colours: Colours): string {
  const lines = diffs.flatMap((diff) => cellLines(diff, colours));
  const counts = (Object.keys(words) as CellDiff["verdict"][]).flatMap((verdict) => {
    const count = diffs.filter((diff) => diff.verdict === verdict).length;
    return count === 0 ? [] : [coloured(verdict, `${count} ${words[verdict]}`, colours)];
  });
  return [...lines, `${plural(diffs.length, "code cell")}: ${counts.join(" + ") || "none"}`].join("\n");
}

function cellLines(diff: CellDiff, colours: Colours): string[] {
  if (diff.verdict !== "differ" && diff.verdict !== "missing" && diff.verdict !== "new" && !diff.sourceChanged) return [];
  const [before, after] = [diff.before, diff.after].map((index) => (index === undefined ? undefined : index + 1));
  const cell = before === undefined || after === undefined || before === after ? `cell ${before ?? after}` : `cell ${before}, now ${after}`;
  const source = diff.sourceChanged ? ", its code changed" : "";
  const head = `${cell}: ${coloured(diff.verdict, words[diff.verdict], colours)}${source}  ${colours.dim(fit(oneLine(diff.firstLine), 60))}`;
  const differences = diff.outputs.flatMap((pair) => pair.differences);
  return [head, ...differences.map((difference) => `    ${fit(oneLine(describeDifference(difference)), 200)}`), ""];
}

function coloured(verdict: CellDiff["verdict"], text: string, colours: Colours): string {
  if (verdict === "agree") return colours.green(text);
  return verdict === "volatile" ? colours.yellow(text) : colours.red(text);
}
