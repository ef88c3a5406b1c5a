/** Jupyter messages as this project uses them (Messaging 5.4). */
export const protocolVersion = "5.4";

export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
  readonly subshell_id?: string | null;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

export interface Message<Content = Record<string, unknown>> {
  readonly header: Header;
  readonly parent_header: Header | Record<string, never>;
  readonly metadata: Record<string, unknown>;
  readonly content: Content;
  readonly buffers: readonly Uint8Array[];
}

/** A MIME bundle: type → data; text types hold strings, JSON types hold values, binary types base64. */
export type MimeBundle = { [mime: string]: unknown };

export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export interface ExecuteRequest {
  readonly code: string;
  readonly silent: boolean;
  readonly store_history: boolean;
  readonly user_expressions: Readonly<Record<string, string>>;
  readonly allow_stdin: boolean;
  readonly stop_on_error: boolean;
}

export interface ExecuteReply extends Partial<ErrorContent> {
  readonly status: "ok" | "error" | "aborted";
  readonly execution_count: number;
  readonly user_expressions?: Record<string, unknown>;
  readonly payload?: readonly unknown[];
}

export interface StreamContent {
  readonly name: "stdout" | "stderr";
  readonly text: string;
}

export interface DisplayContent {
  readonly data: MimeBundle;
  readonly metadata: Record<string, unknown>;
  readonly transient?: { readonly display_id?: string };
}

export interface ExecuteResultContent extends DisplayContent {
  readonly execution_count: number;
}

export interface StatusContent {
  readonly execution_state: "starting" | "busy" | "idle";
}

export interface KernelInfoReply {
  readonly status: "ok";
  readonly protocol_version: string;
  readonly implementation: string;
  readonly implementation_version: string;
  readonly banner: string;
  readonly language_info: {
    readonly name: string;
    readonly version: string;
    readonly mimetype: string;
    readonly file_extension: string;
    readonly [key: string]: unknown;
  };
  /** What of the protocol's options the kernel has: "debugger", "kernel subshells". */
  readonly supported_features?: readonly string[];
  readonly help_links?: readonly { readonly text: string; readonly url: string }[];
}
