import type { Displayable } from "./mime.ts";

type Display = (value: Displayable, options: { readonly id: string; readonly update?: boolean }) => unknown;

let shown = 0;

/** Shows a value by the notebook's own `display`, and returns what shows it anew in the same place; undefined where there is no notebook. */
export function showAs(value: Displayable): ((value: Displayable) => void) | undefined {
  const { display } = globalThis as { display?: Display };
  if (typeof display !== "function") return undefined;
  const id = `shown-${process.pid}-${Date.now().toString(36)}-${++shown}`;
  const show = (each: Displayable, update: boolean): void => {
    // Whatever becomes of a picture of progress, the computation goes on.
    Promise.resolve(display(each, { id, update })).catch(() => {});
  };
  show(value, false);
  return (next) => show(next, true);
}
