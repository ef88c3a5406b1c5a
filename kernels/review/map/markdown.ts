/** LaTeX as GitHub shows it within a table, where a bar would end the cell; of the macros it refuses the ledger uses \operatorname. */
export function math(latex: string): string {
  const safe = latex.replaceAll("\\|", "\\Vert ").replaceAll("|", "\\vert ").replaceAll("\\operatorname{", "\\mathrm{");
  return `$\`${safe}\`$`;
}

/** Text that Markdown shows as it stands. */
export const plain = (text: string): string => text.replace(/[\\`*_[\]<>|~$]/g, "\\$&");

/** Cells are Markdown already; `:--` and the like align the columns. */
export function markdownTable(header: readonly string[], align: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), `|${align.join("|")}|`, ...rows.map(line)].join("\n");
}
