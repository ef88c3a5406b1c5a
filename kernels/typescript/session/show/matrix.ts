import { types } from "node:util";
import type { MimeBundle } from "../../../protocol/message.ts";
import { isNumericArray, shortNumber } from "./numbers.ts";
import { isObject } from "./safe.ts";
import { tableBundle } from "./table.ts";

const mostRows = 20;
const mostColumns = 12;

/** Two or more equally long rows of two or more numbers: a table without a header. */
export function matrixBundle(value: readonly unknown[]): MimeBundle | undefined {
  const columns = lengthOf(own(value, 0));
  if (value.length < 2 || columns === undefined || columns < 2) return undefined;
  for (let row = 1; row < value.length; row++) if (lengthOf(own(value, row)) !== columns) return undefined;
  const rows: string[][] = [];
  for (let row = 0; row < Math.min(value.length, mostRows); row++) {
    const cells: string[] = [];
    for (let column = 0; column < Math.min(columns, mostColumns); column++) {
      const number = own(own(value, row) as object, column);
      if (typeof number !== "number" && typeof number !== "bigint") return undefined;
      cells.push(shortNumber(number));
    }
    if (columns > mostColumns) cells.push("…");
    rows.push(cells);
  }
  const hidden = [
    ...(value.length > mostRows ? [`${value.length - mostRows} more rows`] : []),
    ...(columns > mostColumns ? [`${columns - mostColumns} more columns`] : []),
  ];
  const more = hidden.length > 0 ? `… ${hidden.join(", ")}` : undefined;
  return tableBundle({ caption: `matrix ${value.length} × ${columns}`, rows, numeric: rows[0].map(() => true), more });
}

const own = (value: object, key: number): unknown => Object.getOwnPropertyDescriptor(value, key)?.value;

function lengthOf(row: unknown): number | undefined {
  if (!isObject(row) || types.isProxy(row)) return undefined;
  return Array.isArray(row) || (isNumericArray(row) && !Buffer.isBuffer(row)) ? row.length : undefined;
}
