import type { Handler } from "./handler.ts";

export const interrupt: Handler = ({ reply }, { runner }) => {
  runner.interrupt();
  reply({ status: "ok" });
};

export const shutdown: Handler = ({ content, message, reply }, parts) => {
  const answer = { status: "ok", restart: content.restart === true };
  reply(answer);
  parts.publisher.publish("shutdown_reply", answer, message.header);
  void parts.shutdown();
};
