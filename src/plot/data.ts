export type Scalar = number | string | boolean | null;

/** A column is a list or typed array; a single value stands for a column of that value. */
export type Column = ArrayLike<Scalar> | Scalar;
export type Columns = Readonly<Record<string, Column>>;
export type Row = Readonly<Record<string, Scalar>>;

/** Data as columns of equal length, or as rows. */
export type Data = Columns | readonly Row[];

/** The column names of some data. */
export type Field<D extends Data> = D extends readonly (infer R)[] ? keyof R & string : keyof D & string;

/**
 * Rows of plain JSON for a plot. Numbers are rounded to seven significant digits, more than a screen can show, so that a committed plot
 * does not change with the last bits of a platform's exp and log; NaN and infinities become null.
 * @throws TypeError for columns of different lengths, RangeError where there is nothing to draw
 */
export function rows(data: Data): Row[] {
  return records(data).map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

/** Rows as they are. */
export function records(data: Data): readonly Row[] {
  if (isRows(data)) {
    if (data.length === 0) throw new RangeError("no rows to show: the list is empty");
    return data;
  }
  const columns = Object.entries(data);
  const lists = columns.filter((column): column is [string, ArrayLike<Scalar>] => isList(column[1]));
  const [first] = lists;
  const length = first === undefined ? Math.min(1, columns.length) : first[1].length;
  for (const [name, list] of lists) {
    if (list.length === length) continue;
    throw new TypeError(`columns differ in length: "${first?.[0]}" has ${length} values, "${name}" has ${list.length}`);
  }
  if (length === 0) throw new RangeError(`no rows to show: the columns (${columns.map(([name]) => name).join(", ")}) are empty`);
  return Array.from({ length }, (_, i) =>
    Object.fromEntries(columns.map(([name, column]) => [name, isList(column) ? (column[i] ?? null) : column])),
  );
}

const isRows = (data: Data): data is readonly Row[] => Array.isArray(data);

const isList = (column: Column): column is ArrayLike<Scalar> => typeof column === "object" && column !== null;

function plain(value: Scalar): Scalar {
  if (typeof value !== "number") return value;
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}

/** The numbers of one column. @throws TypeError for another name, or a value that is no number */
export function numbers<D extends Data>(data: D, field: Field<D>): Float64Array {
  const values = isRows(data) ? data.map((row) => row[field] ?? Number.NaN) : (data as Columns)[field];
  if (values === undefined || !isList(values))
    throw new TypeError(`no column "${field}"; there is ${Object.keys(isRows(data) ? (data[0] ?? {}) : data).join(", ")}`);
  return Float64Array.from(values as ArrayLike<unknown>, (value) => {
    if (typeof value === "number") return value;
    throw new TypeError(`column "${field}" holds ${JSON.stringify(value)}, which is no number`);
  });
}
