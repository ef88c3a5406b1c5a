import type { Kernel } from "../../client/kernel.ts";
import type { Message } from "../../protocol/message.ts";

/** A request under way, with what the kernel says about it. */
export interface Conversation {
  readonly id: string;
  /** What was published for it so far, in order. */
  readonly published: readonly Message[];
  /** Resolves with the reply's content. */
  readonly reply: Promise<Content>;
  /** Resolves with the reply's message type. */
  readonly replyType: Promise<string>;
  /** Resolves when the kernel has replied and is idle again. */
  readonly over: Promise<Told>;
}

export type Content = Record<string, unknown> & {
  status?: string;
  ename?: string;
  evalue?: string;
  traceback?: string[];
  execution_count?: number;
  data?: Record<string, unknown>;
};

/** A request that is over. */
export interface Told {
  readonly reply: Content;
  readonly published: readonly Message[];
}

export interface ExecuteFlags {
  readonly silent?: boolean;
  readonly allow_stdin?: boolean;
  readonly stop_on_error?: boolean;
  readonly user_expressions?: Readonly<Record<string, string>>;
}

/** Asks a kernel something. Nothing here is bounded: the probe as a whole is. */
export function ask(kernel: Kernel, type: string, content: unknown, channel: "shell" | "control" = "shell"): Conversation {
  const published: Message[] = [];
  let idle: () => void = () => {};
  const wentIdle = new Promise<void>((resolve) => (idle = resolve));
  const request = kernel.channels.request(channel, type, content, (message) => {
    published.push(message);
    if (message.header.msg_type === "status" && message.content.execution_state === "idle") idle();
  });
  const reply = request.reply.then((message) => message.content as Content);
  const replyType = request.reply.then(({ header }) => header.msg_type);
  return { id: request.id, published, reply, replyType, over: Promise.all([reply, wentIdle]).then(([told]) => ({ reply: told, published })) };
}

export const begin = (kernel: Kernel, code: string, flags: ExecuteFlags = {}): Conversation =>
  ask(kernel, "execute_request", { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true, ...flags });

/** Some kernels publish after their idle; that is asked of by itself, and elsewhere they have this time, in ms. */
const stragglers = 100;

/** Runs a cell; what it published keeps growing if more comes. */
export async function run(kernel: Kernel, code: string, flags?: ExecuteFlags): Promise<Told> {
  const told = await begin(kernel, code, flags).over;
  await sleep(stragglers);
  return told;
}

export const ofType = (messages: readonly Message[], type: string): Content[] =>
  messages.filter(({ header }) => header.msg_type === type).map(({ content }) => content as Content);

/** All text of the streams, one after the other. */
export const textOf = (messages: readonly Message[]): string => ofType(messages, "stream").map(({ text }) => String(text)).join("");

/** The plain text of the cell's result. */
export const resultOf = (messages: readonly Message[]): string | undefined => {
  const data = ofType(messages, "execute_result")[0]?.data;
  return data && plain(String(data["text/plain"]));
};

/** What a cell shows, be it by a result or, as some kernels do, on a stream. */
export const shownBy = ({ published }: Told): string => plain(`${resultOf(published) ?? ""}${textOf(published)}`).trim();

/** Text without colours. */
export const plain = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, "");

/** A text as short as a table's cell likes it. */
export function brief(text: string): string {
  const line = plain(text).trim().split("\n")[0] ?? "";
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The promise's value, or undefined if it takes longer. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until something holds. */
export async function until(holds: () => boolean, ms: number): Promise<boolean> {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(20)) if (holds()) return true;
  return holds();
}
