import { randomInt, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:net";
import { channels, type ConnectionInfo } from "../protocol/connection.ts";

/** Below every system's ephemeral range, so that no outgoing connection takes a port between our test and the kernel's bind. */
const lowest = 15_000;
const highest = 32_000;

const handedOut = new Set<number>();

/**
 * A connection on five free local ports. They are drawn at random, held together while the last is found and then let go;
 * whoever starts a kernel on them tries others when its bind fails all the same.
 * @throws if no free ports are found
 */
export async function freeConnection(kernelName: string): Promise<ConnectionInfo> {
  const held: Server[] = [];
  const ports: number[] = [];
  try {
    for (let tries = 0; ports.length < channels.length; tries++) {
      if (tries === 500) throw new Error(`no free port found on 127.0.0.1 between ${lowest} and ${highest} in ${tries} tries`);
      const port = randomInt(lowest, highest);
      if (handedOut.has(port)) continue;
      const server = await hold(port);
      if (!server) continue;
      held.push(server);
      ports.push(port);
      handedOut.add(port);
    }
  } finally {
    await Promise.all(held.map((server) => new Promise((closed) => server.close(closed))));
  }
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = ports;
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    shell_port,
    iopub_port,
    stdin_port,
    control_port,
    hb_port,
    key: randomUUID(),
    signature_scheme: "hmac-sha256",
    kernel_name: kernelName,
  };
}

/** Lets a kernel's ports be drawn again. */
export function releasePorts(info: ConnectionInfo): void {
  for (const channel of channels) handedOut.delete(info[`${channel}_port`]);
}

function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
  });
}
