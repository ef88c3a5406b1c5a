import { readFileSync } from "node:fs";

/** The five channels of a kernel. */
export const channels = ["shell", "iopub", "stdin", "control", "hb"] as const;
export type Channel = (typeof channels)[number];

/** A Jupyter connection file. */
export interface ConnectionInfo {
  readonly transport: string;
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: string;
  readonly kernel_name?: string;
}

/** @throws if the file cannot be read or lacks a port */
export function readConnectionFile(file: string): ConnectionInfo {
  let info: Partial<ConnectionInfo>;
  try {
    info = JSON.parse(readFileSync(file, "utf8")) as Partial<ConnectionInfo>;
  } catch (error) {
    throw new Error(`connection file ${file} cannot be read: ${(error as Error).message}; start this kernel from a Jupyter client, which writes one`);
  }
  for (const channel of channels) {
    if (typeof info[`${channel}_port`] !== "number") throw new Error(`connection file ${file} has no ${channel}_port`);
  }
  return { transport: "tcp", ip: "127.0.0.1", key: "", signature_scheme: "hmac-sha256", ...info } as ConnectionInfo;
}

/** The ZeroMQ endpoint of a channel. */
export function endpoint(info: ConnectionInfo, channel: Channel): string {
  const port = info[`${channel}_port`];
  return info.transport === "ipc" ? `ipc://${info.ip}-${port}` : `${info.transport}://${info.ip}:${port}`;
}
