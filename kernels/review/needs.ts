import { type CodeCell, tagsOf } from "../client/notebook/format.ts";

/** Whether this machine has what a cell tagged `needs:<name>` needs. */
export type Provides = (need: string) => boolean;

/** Nothing that a cell could need is offered yet: the only backend is the one that needs nothing. */
export const providesNothing: Provides = () => false;

/** What a cell needs, by its tags `needs:<name>`, and does not get here. */
export function unmetNeeds(cell: CodeCell, provides: Provides): string[] {
  return tagsOf(cell).flatMap((tag) => (tag.startsWith("needs:") && !provides(tag.slice("needs:".length)) ? [tag.slice("needs:".length)] : []));
}
