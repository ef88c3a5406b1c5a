import type { ImageDifference } from "./image.ts";
import type { JsonDifference } from "./json.ts";
import type { TextDifference } from "./text.ts";

/** One thing by which an output differs. `where` is a stream, "error", or a MIME type. */
export type Difference = { readonly where: string } & (
  | ({ readonly kind: "text" } & TextDifference)
  | ({ readonly kind: "json" } & JsonDifference)
  | ({ readonly kind: "image" } & ImageDifference)
  | { readonly kind: "bytes"; readonly change: string }
  /** An output, or one of its MIME types, that only one side has. */
  | { readonly kind: "missing" | "new"; readonly what: "output" | "type" }
);

const names: Readonly<Record<string, string>> = {
  "application/vnd.vegalite.v5+json": "Vega-Lite",
  "application/vnd.plotly.v1+json": "Plotly",
  "image/png": "PNG",
  "image/svg+xml": "SVG",
};

/** What a person calls a stream or MIME type. */
export const nameOf = (where: string): string => names[where] ?? where;

/** A difference in one line, its first place told: `Vega-Lite: $.data.values[17].y: 0.123 became 0.124 (…), and 3 more`. */
export function describeDifference(difference: Difference): string {
  const name = nameOf(difference.where);
  const more = (count: number, noun: string): string => (count > 1 ? `, and ${count - 1} more ${noun}${count > 2 ? "s" : ""}` : "");
  switch (difference.kind) {
    case "text":
      return `${name}: ${difference.first}${more(difference.changedLines, "line")}`;
    case "json":
      return `${name}: ${difference.changes[0].path}: ${difference.changes[0].change}${more(difference.total, "place")}`;
    case "image":
    case "bytes":
      return `${name}: ${difference.change}`;
    case "missing":
      return `${name}: missing${difference.what === "type" ? " as a type of this output" : ""}: it was there before`;
    case "new":
      return `${name}: new${difference.what === "type" ? " as a type of this output" : ""}: it was not there before`;
  }
}
