import type { Handler } from "./handler.ts";

/** A message of the Debug Adapter Protocol in Jupyter's envelope. */
export const debug: Handler = async ({ content, message, reply }, { debugging }) => reply(await debugging.request(content, message.header));
