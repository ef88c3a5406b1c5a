// Adds up what the tests and the notebooks reported, names what failed, and prints "N passed, N failed" as the last line.
// Arguments: exit status of the tests, of the notebooks. Exits with 1 where anything failed, however it was told.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const repository = path.resolve(import.meta.dirname, "..");
const folder = path.join(repository, ".noisebook", "ci");
/** What is shown of CI's output may be no more than its end. */
const mostNamed = 40;
const longestLine = 300;

function read(name) {
  try {
    return readFileSync(path.join(folder, name), "utf8");
  } catch {
    return "";
  }
}

function readReport(name) {
  try {
    return JSON.parse(read(name));
  } catch {
    return null;
  }
}

const firstLine = (text) => (text ?? "").trim().split("\n")[0];

/** A test file that could not even be loaded has no failed test in it, and counts as one. */
function countTests(report) {
  const failures = report.testResults.flatMap((file) => {
    const name = path.relative(repository, file.name);
    const failed = file.assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0 && file.status === "failed") return [`${name}: ${firstLine(file.message) || "could not be loaded"}`];
    return failed.map((test) => `${name} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
  });
  return { passed: report.numPassedTests, failures, skipped: report.numPendingTests + report.numTodoTests };
}

/** Where the tests were ended before they could report: the files that had not said how they went. */
function unendedTests() {
  const log = read("tests.log");
  const files = readdirSync(path.join(repository, "test"), { recursive: true }).map((name) => path.posix.join("test", name.split(path.sep).join("/")));
  const unended = files.filter((name) => name.endsWith(".test.ts") && !new RegExp(`^ *[✓❯×↓] ${name.replaceAll(".", "\\.")} `, "m").test(log));
  const failed = [...log.matchAll(/^ *[❯×] (test\/\S+\.test\.ts) .*failed.*$/gm)].map(([line]) => line.trim());
  return [...failed, ...unended.map((name) => `${name}: not run to its end`)];
}

/** Cells that agree; a notebook that is not well though none of its cells is to blame (unreadable, kernel lost) counts as one. */
function countCells(report) {
  const well = ["agree", "volatile", "not-comparable"];
  const failures = report.notebooks.flatMap(({ label, verdict, message, counts, cells }) => {
    const bad = cells.filter((cell) => cell.verdict === "failed" || cell.verdict === "differ");
    if (bad.length === 0) return well.includes(verdict) || counts.failed + counts.differ > 0 ? [] : [`${label}: ${verdict}: ${message ?? ""}`];
    return bad.map((cell) => `${label}, cell ${cell.index + 1}: ${cell.verdict}: ${firstLine(cell.reason ?? cell.differences?.[0]?.summary)}`);
  });
  const { agree, differ, failed, ...rest } = report.totals.cells;
  return { passed: agree, failures, skipped: rest["not-run"] + rest.volatile + rest["not-comparable"] };
}

const [testStatus, notebookStatus] = process.argv.slice(2).map(Number);
const parts = [
  { name: "npm test", status: testStatus, report: readReport("tests.json"), count: countTests, unreported: unendedTests, unit: "tests" },
  { name: "npm start", status: notebookStatus, report: readReport("notebooks.json"), count: countCells, unreported: () => [], unit: "notebook cells" },
];
const named = [];
const lines = [];
const total = { passed: 0, failed: 0 };
for (const { name, status, report, count, unreported, unit } of parts) {
  const { passed, failures, skipped } = report ? count(report) : { passed: 0, failures: unreported(), skipped: 0 };
  const failed = status !== 0 || !report ? Math.max(1, failures.length) : failures.length;
  const verdict = status === 0 ? "" : `, exit status ${status}${status === 124 ? " (took too long)" : ""}`;
  named.push(...failures.map((failure) => `ci: failed: ${failure}`.slice(0, longestLine)));
  lines.push(`ci: ${name}: ${passed} ${unit} passed, ${failed} failed, ${skipped} skipped${verdict}${report ? "" : ", no report"}`);
  total.passed += passed;
  total.failed += failed;
}
for (const line of named.slice(0, mostNamed)) console.log(line);
if (named.length > mostNamed) console.log(`ci: failed: ${named.length - mostNamed} more`);
for (const line of lines) console.log(line);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
