import { helpFor } from "../help.ts";
import type { Handler, KernelParts } from "./handler.ts";

/** The handler of execute_request: counts, keeps history, runs, and tells how it ended. */
export function createExecute({ history, publisher, runner, sessions, shell, engine, inputs }: KernelParts): Handler {
  let executionCount = 0;

  return async ({ request, content, message, reply }) => {
    const parent = message.header;
    if ("aborted" in request && request.aborted) return reply({ status: "aborted", execution_count: executionCount });
    const code = typeof content.code === "string" ? content.code : "";
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) executionCount += 1;
    const execution_count = executionCount;
    if (!silent) publisher.publish("execute_input", { code, execution_count }, parent);
    if (stored) history.add(execution_count, code);

    const help = await helpFor(code, engine.types);
    if (help) return reply({ status: "ok", execution_count, user_expressions: {}, payload: [{ source: "page", data: { "text/plain": help }, start: 0 }] });

    inputs.during(request);
    const { cell, result, error, told, userExpressions } = await runner.run({
      code,
      count: execution_count,
      silent,
      userExpressions: expressions(content.user_expressions),
      allowStdin: content.allow_stdin === true,
      parent,
    });
    inputs.during(undefined);
    if (cell !== undefined) sessions.finish(cell);
    if (error) {
      if (!silent && !told) publisher.publish("error", error, parent);
      if (content.stop_on_error !== false) await shell().abortPending();
      return reply({ status: "error", execution_count, ...error, user_expressions: {}, payload: [] });
    }
    if (result && !silent) {
      publisher.publish("execute_result", { execution_count, ...result }, parent);
      if (stored) history.result(String(result.data["text/plain"] ?? ""));
    }
    reply({ status: "ok", execution_count, user_expressions: userExpressions ?? {}, payload: [] });
  };
}

function expressions(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((each): each is [string, string] => typeof each[1] === "string"));
}
