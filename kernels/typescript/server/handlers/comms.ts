import type { Handler } from "./handler.ts";

/** Tells the session of a comm's opening, message or end; its handler's output belongs to the message that caused it. */
export const comm: Handler = ({ message }, { comms }) => comms.receive(message);

export const commInfo: Handler = ({ content, reply }, { comms }) => {
  reply({ status: "ok", comms: comms.info(typeof content.target_name === "string" ? content.target_name : undefined) });
};
