/** The line of an error between its neighbours, with a mark under the columns (1-based, UTF-16) that it is about. */
export function codeFrame(source: string, line: number, column: number, length = 1): string[] {
  const lines = source.split(/\r\n|\r|\n/);
  if (line < 1 || line > lines.length) return [];
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 2);
  const width = String(last).length;
  const frame: string[] = [];
  for (let n = first; n <= last; n++) {
    const text = lines[n - 1];
    frame.push(`${n === line ? ">" : " "} ${String(n).padStart(width)} | ${text}`.trimEnd());
    if (n !== line) continue;
    const before = text.slice(0, column - 1);
    const marked = text.slice(column - 1, column - 1 + Math.max(1, length));
    // Tabs stay tabs and astral characters count once, so that the mark stands under what it marks.
    const indent = [...before].map((character) => (character === "\t" ? "\t" : " ")).join("");
    frame.push(`  ${" ".repeat(width)} | ${indent}${"^".repeat(Math.max(1, [...marked].length))}`);
  }
  return frame;
}
