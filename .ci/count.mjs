// Adds up what the tests and the notebooks reported, and prints "N passed, N failed" as the last line.
// Arguments: exit status of the tests, of the notebooks. Exits with 1 where anything failed, however it was told.
import { readFileSync } from "node:fs";
import path from "node:path";

const folder = path.resolve(import.meta.dirname, "../.noisebook/ci");

function read(name) {
  try {
    return JSON.parse(readFileSync(path.join(folder, name), "utf8"));
  } catch {
    return null;
  }
}

/** A test file that could not even be loaded has no failed test in it, and counts as one. */
function countTests(report) {
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Cells that agree; a notebook that is not well though none of its cells is to blame (unreadable, kernel lost) counts as one. */
function countCells(report) {
  const well = ["agree", "volatile", "not-comparable"];
  const broken = report.notebooks.filter(({ verdict, counts }) => !well.includes(verdict) && counts.failed + counts.differ === 0);
  const { agree, differ, failed, ...rest } = report.totals.cells;
  return { passed: agree, failed: failed + differ + broken.length, skipped: rest["not-run"] + rest.volatile + rest["not-comparable"] };
}

const [testStatus, notebookStatus] = process.argv.slice(2).map(Number);
const parts = [
  { name: "npm test", status: testStatus, report: read("tests.json"), count: countTests, unit: "tests" },
  { name: "npm start", status: notebookStatus, report: read("notebooks.json"), count: countCells, unit: "notebook cells" },
];
const total = { passed: 0, failed: 0 };
for (const { name, status, report, count, unit } of parts) {
  const counted = report ? count(report) : { passed: 0, failed: 0, skipped: 0 };
  if (status !== 0 && counted.failed === 0) counted.failed = 1;
  const verdict = status === 0 ? "" : `, exit status ${status}${status === 124 ? " (took too long)" : ""}${report ? "" : ", no report"}`;
  console.log(`ci: ${name}: ${counted.passed} ${unit} passed, ${counted.failed} failed, ${counted.skipped} skipped${verdict}`);
  total.passed += counted.passed;
  total.failed += counted.failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || parts.some(({ status, report }) => status !== 0 || !report) ? 1 : 0;
