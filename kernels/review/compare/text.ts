import type { Tolerance } from "../tolerance.ts";
import { align } from "./align.ts";
import { describeChange, textsAgree, type Token, tokens, tokensAgree } from "./number.ts";

/** A piece of a line, and whether it is what differs. */
export interface Segment {
  readonly text: string;
  readonly changed: boolean;
}

export interface DiffLine {
  /** From 1. */
  readonly number: number;
  readonly segments: readonly Segment[];
}

/** A line on each side, or on one; a row without sides stands for `omitted` lines that agree. */
export interface DiffRow {
  readonly before?: DiffLine;
  readonly after?: DiffLine;
  readonly changed: boolean;
  readonly omitted?: number;
}

export interface TextDifference {
  readonly rows: readonly DiffRow[];
  /** Lines that differ, are missing or are new: all of them, also those beyond the rows kept. */
  readonly changedLines: number;
  /** The first difference, in words. */
  readonly first: string;
}

const context = 2;
const mostRows = 300;
const longestLine = 20_000;

/** Compares texts token by token; undefined where they agree. */
export function compareTexts(before: string, after: string, tolerance: Tolerance): TextDifference | undefined {
  if (before === after) return undefined;
  const [a, b] = [before.split("\n"), after.split("\n")];
  if (a.at(-1) === "" && b.at(-1) === "") [a, b].forEach((lines) => lines.pop());
  const tokensA = remembered(a);
  const tokensB = remembered(b);
  const agree = (i: number, j: number): boolean => a[i] === b[j] || sameTokens(tokensA(i), tokensB(j), tolerance);
  if (a.length === b.length && a.every((_, i) => agree(i, i))) return undefined;
  const score = (i: number, j: number): number => (agree(i, j) ? 3 : sameWords(tokensA(i), tokensB(j)) ? 1 : 0);
  const rows = joinNeighbours(align(a.length, b.length, score, 3)).map(([i, j]): DiffRow => {
    if (i === undefined) return { after: whole(b[j!], j!, true), changed: true };
    if (j === undefined) return { before: whole(a[i], i, true), changed: true };
    if (agree(i, j)) return { before: whole(a[i], i, false), after: whole(b[j], j, false), changed: false };
    const [left, right] = segments(a[i], b[j], tolerance);
    return { before: { number: i + 1, segments: left }, after: { number: j + 1, segments: right }, changed: true };
  });
  const changed = rows.filter((row) => row.changed);
  return { rows: excerpt(rows), changedLines: changed.length, first: describeRow(changed[0], tolerance) };
}

function remembered(lines: readonly string[]): (index: number) => Token[] {
  const known = new Map<number, Token[]>();
  return (index) => {
    let found = known.get(index);
    if (!found) known.set(index, (found = tokens(lines[index])));
    return found;
  };
}

const sameTokens = (a: readonly Token[], b: readonly Token[], tolerance: Tolerance): boolean =>
  a.length === b.length && a.every((token, i) => tokensAgree(token, b[i], tolerance));

const sameWords = (a: readonly Token[], b: readonly Token[]): boolean =>
  a.length === b.length && a.every((token, i) => (token.isNumber ? b[i].isNumber : token.text === b[i].text));

/** Lines that went and lines that came at one place are shown as having become each other. */
function joinNeighbours(pairs: ReturnType<typeof align>): [number | undefined, number | undefined][] {
  const joined: [number | undefined, number | undefined][] = [];
  let [gone, come]: [number[], number[]] = [[], []];
  const flush = (): void => {
    for (let k = 0; k < Math.max(gone.length, come.length); k++) joined.push([gone[k], come[k]]);
    [gone, come] = [[], []];
  };
  for (const [i, j] of pairs) {
    if (j === undefined) gone.push(i!);
    else if (i === undefined) come.push(j);
    else {
      flush();
      joined.push([i, j]);
    }
  }
  flush();
  return joined;
}

const whole = (text: string, index: number, changed: boolean): DiffLine => ({ number: index + 1, segments: [{ text, changed }] });

/** What differs between two lines: by numbers where only numbers do, else by words. */
function segments(before: string, after: string, tolerance: Tolerance): [Segment[], Segment[]] {
  if (Math.max(before.length, after.length) > longestLine) {
    const [a, b] = [tokens(before), tokens(after)];
    if (!sameWords(a, b)) return cutEnds(before, after);
  }
  const [a, b] = [words(before), words(after)];
  const left: Segment[] = [];
  const right: Segment[] = [];
  const score = (i: number, j: number): number => (tokensAgree(a[i], b[j], tolerance) ? 2 : a[i].isNumber && b[j].isNumber ? 1 : 0);
  for (const [i, j] of align(a.length, b.length, score, 2)) {
    const changed = i === undefined || j === undefined || score(i, j) < 2;
    if (i !== undefined) add(left, a[i].text, changed);
    if (j !== undefined) add(right, b[j].text, changed);
  }
  return [left, right];
}

/** Lines too long to search in: what lies between their common beginning and end. */
function cutEnds(before: string, after: string): [Segment[], Segment[]] {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const parts = (text: string): Segment[] => [
    { text: text.slice(0, start), changed: false },
    { text: text.slice(start, text.length - end), changed: true },
    { text: text.slice(text.length - end), changed: false },
  ];
  return [parts(before), parts(after)];
}

/** Tokens, with what stands between numbers cut into words. */
const words = (line: string): Token[] =>
  tokens(line).flatMap((token) => {
    if (token.isNumber) return [token];
    return (token.text.match(/[\p{L}\p{N}_]+|\s+|./gsu) ?? []).map((text) => ({ text, isNumber: false }));
  });

function add(list: Segment[], text: string, changed: boolean): void {
  const last = list.at(-1);
  if (last?.changed === changed) list[list.length - 1] = { text: last.text + text, changed };
  else list.push({ text, changed });
}

/** The rows that differ with a little around them. */
function excerpt(rows: readonly DiffRow[]): DiffRow[] {
  const near = new Uint8Array(rows.length);
  rows.forEach((row, i) => {
    if (row.changed) near.fill(1, Math.max(0, i - context), i + context + 1);
  });
  const kept: DiffRow[] = [];
  let omitted = 0;
  const gap = (): void => {
    if (omitted > 0) kept.push({ changed: false, omitted });
    omitted = 0;
  };
  rows.forEach((row, i) => {
    if (near[i] === 0 || kept.length >= mostRows) {
      omitted++;
      return;
    }
    gap();
    kept.push(row);
  });
  gap();
  return kept;
}

function describeRow({ before, after }: DiffRow, tolerance: Tolerance): string {
  if (before === undefined) return `line ${after!.number} is new: ${quoted(lineText(after!))}`;
  if (after === undefined) return `line ${before.number} is missing: ${quoted(lineText(before))}`;
  const [old, now] = [before, after].map(({ segments }) => segments.find((segment) => segment.changed)?.text);
  if (old !== undefined && now !== undefined && isOneNumber(old) && isOneNumber(now) && !textsAgree(old, now, tolerance)) {
    return `line ${before.number}: ${describeChange(old, now, tolerance)}`;
  }
  return `line ${before.number}: ${quoted(around(before))} became ${quoted(around(after))}`;
}

const lineText = ({ segments }: DiffLine): string => segments.map((segment) => segment.text).join("");

/** A line from a little before its first change. */
function around(line: DiffLine): string {
  const text = lineText(line);
  const first = line.segments[0]?.changed === false ? line.segments[0].text.length : 0;
  return first > 30 && text.length > 60 ? `…${text.slice(first - 20)}` : text;
}

const isOneNumber = (text: string): boolean => {
  const found = tokens(text);
  return found.length === 1 && found[0].isNumber;
};

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
