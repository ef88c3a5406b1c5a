export { type CheckOptions, type CheckResult, checkEntry } from "./check.ts";
export { type Entry as LedgerEntry, type Equation, type Erratum, type Seed as LedgerSeed } from "./entry.ts";
export { explain } from "./explain.ts";
export { type Notation003, notation003 } from "./notation-003.ts";
export { type Ledger, type LedgerOptions, checkLedger, ledger } from "./registry.ts";
export { type Remark, remarks } from "./remarks.ts";
export { LedgerReport, type LedgerRow } from "./report.ts";
