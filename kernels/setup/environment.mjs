// Rewrites the generated sections of environment.md; what stands between the sections is written by hand and kept.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { machineFacts, pinnedFacts } from "./facts.mjs";
import { SetupFailure } from "./failure.mjs";
import { repository } from "./paths.mjs";

const table = (head, rows) =>
  [
    `| ${head.join(" | ")} |`,
    `|${head.map(() => "---").join("|")}|`,
    ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`),
  ].join("\n");

/** What the lockfile and the requirements say, as Markdown: a function of committed files only. */
export function pinnedSection(root = repository) {
  const facts = pinnedFacts(root);
  const rows = [
    ["Node", facts.node],
    ["package-lock.json", `${facts.lockfile.packages} entries, sha256 \`${facts.lockfile.sha256.slice(0, 16)}…\``],
    ...Object.entries(facts.packages),
    ["TensorFlow (optional)", `${facts.tensorflow}, wheels for CPU and GPU pinned by hash`],
    ["Python (for Jupyter; its pip for TensorFlow)", "3.11 or later"],
    [
      "kernels/setup/jupyter-requirements.txt",
      `${facts.pythonRequirements.packages} packages, sha256 \`${facts.pythonRequirements.sha256.slice(0, 16)}…\``,
    ],
    ...Object.entries(facts.python),
  ];
  return table(["what", "version"], rows);
}

/** What this machine is, as Markdown. */
export function machineSection() {
  const facts = machineFacts();
  return table(
    ["what", "here"],
    [
      ["operating system", `${facts.os}, ${facts.arch}`],
      ["CPU", facts.cpu],
      ["memory", `${facts.memoryGiB} GiB`],
      ["Node, npm", `${facts.node}, ${facts.npm}`],
      ["Python", facts.python ?? "none found"],
      ["tensors run on", facts.backends],
      ["GPU", facts.gpu ?? "none here"],
    ],
  );
}

/** `text` with the body of its generated section `name` replaced. Throws SetupFailure where the section's marks are missing. */
export function replaceSection(text, name, body) {
  const [open, close] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start)
    throw new SetupFailure(`environment.md has no section between "${open}" and "${close}". Put both marks back, then run this again`);
  return `${text.slice(0, start)}${open}\n${body}\n${text.slice(end)}`;
}

/** Writes the generated sections anew; true where the file changed. */
export function writeEnvironment(root = repository) {
  const file = path.join(root, "environment.md");
  const before = readFileSync(file, "utf8");
  const after = replaceSection(replaceSection(before, "pinned", pinnedSection(root)), "machine", machineSection());
  if (after !== before) writeFileSync(file, after);
  return after !== before;
}

if (process.argv[1] === import.meta.filename) console.log(`environment.md ${writeEnvironment() ? "rewritten" : "is up to date"}`);
