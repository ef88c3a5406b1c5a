import type { HistoryEntry } from "../history/history.ts";
import type { Handler } from "./handler.ts";

const whole = (value: unknown): number | undefined => (Number.isSafeInteger(value) ? (value as number) : undefined);

/** `raw` makes no difference: what is kept is what was typed. */
export const history: Handler = ({ content, reply }, parts) => {
  const { hist_access_type: access, output } = content;
  const found = find();
  const shown = found.map(({ session, line, input, result }) => [session, line, output === true ? [input, result ?? null] : input]);
  reply({ status: "ok", history: shown });

  function find(): readonly HistoryEntry[] {
    const n = whole(content.n);
    switch (access) {
      case "range":
        return parts.history.range(whole(content.session) ?? 0, whole(content.start) ?? 1, whole(content.stop));
      case "search":
        return parts.history.search(typeof content.pattern === "string" ? content.pattern : "*", { n, unique: content.unique === true });
      case "tail":
        return parts.history.tail(n ?? 10);
      default:
        throw new TypeError(`history_request with hist_access_type ${JSON.stringify(access)}: it is one of "tail", "range", "search"`);
    }
  }
};
