import type { TypeService } from "./engine.ts";

const question = /^\s*([\p{ID_Start}$_][\p{ID_Continue}$.]*)\s*\?\s*$/u;

/** True for `Math.max?`: TypeScript has no such statement, and people know it from IPython. */
export const isHelpQuestion = (code: string): boolean => question.test(code);

/** What a cell such as `Math.max?` asks for: the name's type and documentation. */
export async function helpFor(code: string, types: TypeService | undefined): Promise<string | undefined> {
  const name = question.exec(code)?.[1];
  if (name === undefined || !types) return undefined;
  const found = await types.inspect(name, name.length);
  return found?.text ?? `${name}: nothing is known of it`;
}
