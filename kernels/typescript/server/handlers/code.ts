import { isComplete } from "../../cell/transform.ts";
import { isHelpQuestion } from "../help.ts";
import { codePoints, utf16Offset } from "../offsets.ts";
import type { Handler } from "./handler.ts";

/** A cursor counts code points; without one the code's end is meant. */
function codeAndCursor(content: Readonly<Record<string, unknown>>): { code: string; cursor: number } {
  const code = typeof content.code === "string" ? content.code : "";
  const end = codePoints(code, code.length);
  return { code, cursor: typeof content.cursor_pos === "number" ? Math.min(Math.max(0, content.cursor_pos), end) : end };
}

export const complete: Handler = async ({ content, reply }, { engine }) => {
  const { code, cursor } = codeAndCursor(content);
  const found = await engine.types?.complete(code, utf16Offset(code, cursor));
  if (!found) return reply({ status: "ok", matches: [], cursor_start: cursor, cursor_end: cursor, metadata: {} });
  const start = codePoints(code, found.start);
  const end = codePoints(code, found.end);
  reply({
    status: "ok",
    matches: found.matches.map(({ name }) => name),
    cursor_start: start,
    cursor_end: end,
    metadata: { _jupyter_types_experimental: found.matches.map(({ name, kind }) => ({ start, end, text: name, type: kind })) },
  });
};

export const inspect: Handler = async ({ content, reply }, { engine }) => {
  const { code, cursor } = codeAndCursor(content);
  const found = await engine.types?.inspect(code, utf16Offset(code, cursor));
  reply({ status: "ok", found: found !== undefined, data: found ? { "text/plain": found.text } : {}, metadata: {} });
};

export const isCodeComplete: Handler = ({ content, reply }, { engine }) => {
  const code = String(content.code ?? "");
  if (isHelpQuestion(code)) return reply({ status: "complete" });
  const { status, indent } = engine.isComplete?.(code) ?? isComplete(code);
  reply(status === "incomplete" ? { status, indent } : { status });
};
