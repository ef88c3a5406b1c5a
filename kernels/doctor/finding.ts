/** One thing that the doctor looked at. */
export interface Finding {
  readonly what: string;
  /** `fine`; `better`: works, and could do better; `missing`: something does not work without it. */
  readonly state: "fine" | "better" | "missing";
  readonly text: string;
  /** More about it, a line each. */
  readonly details: readonly string[];
  /** What to type, or do, to get what is missing. */
  readonly remedy?: string;
}

export const fine = (what: string, text: string, details: readonly string[] = []): Finding => ({ what, state: "fine", text, details });
