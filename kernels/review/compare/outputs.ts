import type { DisplayOutput, ErrorOutput, Output, StreamOutput } from "../../client/notebook/format.ts";
import type { Tolerance } from "../tolerance.ts";
import { align } from "./align.ts";
import { compareBundles } from "./bundle.ts";
import type { Difference } from "./difference.ts";
import { textsAgree } from "./number.ts";
import { compareTexts } from "./text.ts";

/** A committed output and the one that stands for it now, either of them missing where it has no counterpart. */
export interface OutputPair {
  readonly before?: Output;
  readonly after?: Output;
  /** None where the two agree. */
  readonly differences: readonly Difference[];
}

/**
 * Compares the outputs of a cell: streams merged by name, everything else by order and type.
 * Execution counts, tracebacks and the outputs' metadata are not compared, nor displays whose metadata say `{ noisebook: { volatile: true } }`.
 */
export async function compareOutputs(before: readonly Output[], after: readonly Output[], tolerance: Tolerance): Promise<OutputPair[]> {
  const pairs: OutputPair[] = [];
  for (const name of ["stdout", "stderr"] as const) {
    const [old, now] = [merged(before, name), merged(after, name)];
    if (old || now) pairs.push({ ...(old && { before: old }), ...(now && { after: now }), differences: compareStreams(old, now, tolerance) });
  }
  const volatile = [before, after].map((outputs) => outputs.filter(isVolatile));
  for (let i = 0; i < Math.max(volatile[0].length, volatile[1].length); i++) {
    pairs.push({ ...(volatile[0][i] && { before: volatile[0][i] }), ...(volatile[1][i] && { after: volatile[1][i] }), differences: [] });
  }
  const [olds, nows] = [before, after].map((outputs) => outputs.filter(isRich).filter((output) => !isVolatile(output)));
  const texts = [olds, nows].map((outputs) => outputs.map((output) => JSON.stringify({ ...output, execution_count: undefined })));
  const score = (i: number, j: number): number => {
    if (olds[i].output_type !== nows[j].output_type) return 0;
    if (texts[0][i] === texts[1][j]) return 4;
    return mimes(olds[i]) === mimes(nows[j]) ? 2 : 1;
  };
  for (const [i, j] of align(olds.length, nows.length, score, 4)) {
    const [old, now] = [i === undefined ? undefined : olds[i], j === undefined ? undefined : nows[j]];
    pairs.push({ ...(old && { before: old }), ...(now && { after: now }), differences: await compareRich(old, now, tolerance) });
  }
  return pairs;
}

const isRich = (output: Output): output is DisplayOutput | ErrorOutput => output.output_type !== "stream";

/** What depends on the machine by its nature, such as the line on what tensors run on. */
const isVolatile = (output: Output): boolean =>
  "metadata" in output && (output.metadata as { noisebook?: { volatile?: unknown } } | undefined)?.noisebook?.volatile === true;

const mimes = (output: DisplayOutput | ErrorOutput): string =>
  output.output_type === "error" ? "error" : Object.keys(output.data).sort().join();

function merged(outputs: readonly Output[], name: StreamOutput["name"]): StreamOutput | undefined {
  const texts = outputs.flatMap((output) => (output.output_type === "stream" && output.name === name ? [output.text] : []));
  return texts.length === 0 ? undefined : { output_type: "stream", name, text: texts.join("") };
}

function compareStreams(before: StreamOutput | undefined, after: StreamOutput | undefined, tolerance: Tolerance): Difference[] {
  const where = (before ?? after)!.name;
  if (!before || !after) return oneSided(before, after, where);
  const text = compareTexts(before.text, after.text, tolerance);
  return text ? [{ kind: "text", where, ...text }] : [];
}

async function compareRich(
  before: DisplayOutput | ErrorOutput | undefined,
  after: DisplayOutput | ErrorOutput | undefined,
  tolerance: Tolerance,
): Promise<Difference[]> {
  if (!before || !after) return oneSided(before, after, describe((before ?? after)!));
  if (before.output_type === "error" || after.output_type === "error") {
    return compareErrors(before as ErrorOutput, after as ErrorOutput, tolerance);
  }
  return compareBundles(before.data, after.data, tolerance);
}

function compareErrors(before: ErrorOutput, after: ErrorOutput, tolerance: Tolerance): Difference[] {
  if (before.ename === after.ename && textsAgree(before.evalue, after.evalue, tolerance)) return [];
  const [old, now] = [before, after].map(({ ename, evalue }) => `${ename}: ${evalue}`);
  const text = compareTexts(old, now, tolerance);
  return text ? [{ kind: "text", where: "error", ...text }] : [];
}

const oneSided = (before: Output | undefined, after: Output | undefined, where: string): Difference[] => [
  before && !after ? { kind: "missing", where, what: "output" } : { kind: "new", where, what: "output" },
];

function describe(output: DisplayOutput | ErrorOutput): string {
  if (output.output_type === "error") return "error";
  return `${output.output_type === "execute_result" ? "result" : "display"} (${Object.keys(output.data).join(", ") || "empty"})`;
}
