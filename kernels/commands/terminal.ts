import { LiveProgress } from "../client/progress/live.ts";
import { PlainProgress } from "../client/progress/plain.ts";
import { type Colours, coloursFor } from "../client/progress/text.ts";
import { interruptible } from "./interruption.ts";

/** Where a command that runs notebooks shows how it goes, and how a person stops it. */
export interface Terminal {
  readonly out: NodeJS.WriteStream;
  readonly colours: Colours;
  readonly observer: LiveProgress | PlainProgress;
  readonly interruption: ReturnType<typeof interruptible>;
  print(line: string): void;
}

/** Live where a person watches, plain lines elsewhere; on stderr where a report goes to stdout, which must have it alone. */
export function openTerminal({ report, reportFile }: { readonly report?: string; readonly reportFile?: string }): Terminal {
  const out = report !== undefined && reportFile === undefined ? process.stderr : process.stdout;
  const live = out.isTTY === true && !process.env.CI && process.env.TERM !== "dumb";
  const colours = coloursFor(out);
  const print = (line: string): void => void out.write(`${line}\n`);
  const observer = live ? new LiveProgress(out, colours) : new PlainProgress(print, colours);
  const interruption = interruptible((line) => observer.note(colours.yellow(line)));
  return { out, colours, observer, interruption, print };
}
