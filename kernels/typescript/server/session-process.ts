import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { tokenVariable } from "../pipes/barrier.ts";
import { built } from "./built.ts";

export interface SessionProcess {
  readonly child: ChildProcess;
  /** What tells this session's barriers from a cell's own output. */
  readonly token: string;
}

/** Interrupts may arrive in any JavaScript frame; without this flag Node aborts when one hits a timer's callback. */
const nodeFlags = ["--no-force-async-hooks-checks", "--disable-warning=ExperimentalWarning"];

/** Starts a session in a process group of its own. */
export function startSession(script: string): SessionProcess {
  const token = randomUUID();
  const child = spawn(process.execPath, [...nodeFlags, built(script)], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
    env: { ...process.env, [tokenVariable]: token },
  });
  return { child, token };
}
