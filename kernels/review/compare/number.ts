import type { Tolerance } from "../tolerance.ts";

/** How two numbers are held against each other. */
type Bounds = Pick<Tolerance, "relative" | "absolute">;

/**
 * Whether two numbers agree, each given as it is written. Two integers must be equal; NaN and ±Infinity equal themselves;
 * else |a − b| ≤ max(absolute, relative · max(|a|, |b|)).
 */
export function numbersAgree(before: string, after: string, { relative, absolute }: Bounds): boolean {
  if (before === after) return true;
  if (isInteger(before) && isInteger(after)) return digits(before) === digits(after);
  const [a, b] = [numberOf(before), numberOf(after)];
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= Math.max(absolute, relative * Math.max(Math.abs(a), Math.abs(b)));
}

/** |a − b| / max(|a|, |b|), and Infinity or NaN where there is none. */
export function relativeDifference(before: string, after: string): number {
  const [a, b] = [numberOf(before), numberOf(after)];
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}

/** `0.123 became 0.124 (relative 8.1e-3, allowed 1e-9)` */
export function describeChange(before: string, after: string, { relative, absolute }: Bounds): string {
  const change = `${before} became ${after}`;
  if (isInteger(before) && isInteger(after)) return `${change} (integers must be equal)`;
  const difference = relativeDifference(before, after);
  if (!Number.isFinite(difference)) return change;
  const allowed = relative === 0 ? `absolute ${absolute}` : `${relative}`;
  return `${change} (relative ${shortNumber(difference)}, allowed ${allowed})`;
}

/** A number to two digits: `0.75`, `8.1e-3`. */
export const shortNumber = (value: number): string =>
  value >= 0.01 && value < 1000 ? String(Number(value.toPrecision(2))) : value.toExponential(1).replace(".0e", "e");

/** A piece of a text: a number as written, or what stands between two. */
export interface Token {
  readonly text: string;
  readonly isNumber: boolean;
}

// A sign belongs to a number unless it stands between two operands; "1.2.3" is no fraction; "∞" and "−" are what people print.
const numberPattern = /(?:(?<![\p{L}\p{N}_)\].])[-+−])?(?:(?:\d+(?:\.\d+)?|(?<![\d.])\.\d+)(?:[eE][-+−]?\d+)?|(?<!\p{L})(?:NaN|Infinity)(?!\p{L})|∞)/gu;

/** Cuts a text into numbers and what stands between them. Joined, the tokens are the text. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(numberPattern)) {
    if (match.index > end) found.push({ text: text.slice(end, match.index), isNumber: false });
    found.push({ text: match[0], isNumber: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ text: text.slice(end), isNumber: false });
  return found;
}

export const tokensAgree = (before: Token, after: Token, bounds: Bounds): boolean =>
  before.text === after.text || (before.isNumber && after.isNumber && numbersAgree(before.text, after.text, bounds));

/** Whether two texts agree: their numbers within the bounds, everything else exactly. */
export function textsAgree(before: string, after: string, bounds: Bounds): boolean {
  if (before === after) return true;
  const [a, b] = [tokens(before), tokens(after)];
  return a.length === b.length && a.every((token, i) => tokensAgree(token, b[i], bounds));
}

const isInteger = (text: string): boolean => /^[-+−]?\d+$/.test(text);
const digits = (text: string): string => text.replace("−", "-").replace("+", "").replace(/^-(?=0+$)/, "");
const numberOf = (text: string): number => Number(text.replaceAll("−", "-").replace("∞", "Infinity"));
