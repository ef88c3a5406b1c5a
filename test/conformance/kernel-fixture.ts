import { afterAll, beforeAll, describe } from "vitest";
import { JupyterClient, type JupyterFace, jupyterOrSkip, temporaryFolder } from "./jupyter.ts";

const jupyter = await jupyterOrSkip("the kernel under jupyter_client");

export interface Kernel {
  readonly folder: string;
  readonly client: JupyterClient;
  /** The environment that the client runs in. */
  readonly python: JupyterFace;
  /** One more kernel in the same folder, closed at the end. */
  another(env?: Record<string, string>): JupyterClient;
}

/** A suite of tests on one started kernel. What it keeps of its history goes with the folder. */
export function onKernel(title: string, define: (kernel: () => Kernel) => void, env: Record<string, string> = {}): void {
  describe.skipIf(!jupyter)(title, () => {
    const temporary = temporaryFolder();
    const clients: JupyterClient[] = [];
    const another = (more: Record<string, string> = {}): JupyterClient => {
      const client = new JupyterClient(jupyter!, temporary.folder, { NOISEBOOK_HISTORY: `${temporary.folder}/history`, ...env, ...more });
      clients.push(client);
      return client;
    };
    let kernel: Kernel;
    beforeAll(() => {
      kernel = { folder: temporary.folder, client: another(), python: jupyter!, another };
    });
    afterAll(async () => {
      await Promise.all(clients.map((client) => client.close()));
      temporary.remove();
    });
    define(() => kernel);
  });
}
