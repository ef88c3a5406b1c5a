import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { packageRoot } from "../../kernels/root.ts";

const browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A Chromium of this machine, or undefined with the reason printed. */
export function chromiumOrSkip(what: string): string | undefined {
  const found = process.env.NOISEBOOK_CHROMIUM ?? browsers.find((file) => existsSync(file));
  if (found === undefined) process.stderr.write(`skipped: ${what}: no Chromium at ${browsers.join(", ")} or in NOISEBOOK_CHROMIUM\n`);
  return found;
}

const flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** `noisebook lab` with copies of the notebooks as its root, and a browser in front of it. */
export class Lab {
  readonly #folder: string;
  readonly #server: ChildProcess;
  readonly #context: BrowserContext;
  readonly url: string;
  readonly #token: string;
  readonly page: Page;

  private constructor(folder: string, server: ChildProcess, context: BrowserContext, url: string, token: string, page: Page) {
    this.#folder = folder;
    this.#server = server;
    this.#context = context;
    this.url = url;
    this.#token = token;
    this.page = page;
  }

  static async start(browser: string, notebooks: readonly string[], viewport = { width: 1300, height: 900 }): Promise<Lab> {
    const folder = mkdtempSync(path.join(os.tmpdir(), "noisebook-lab-"));
    mkdirSync(path.join(folder, "root"));
    for (const notebook of notebooks) writeFileSync(path.join(folder, "root", path.basename(notebook)), withoutOutputs(readFileSync(notebook, "utf8")));
    const port = await freePort();
    const token = randomUUID();
    const args = ["lab", "--no-browser", `--port=${port}`, "--ServerApp.port_retries=0", `--IdentityProvider.token=${token}`, `--ServerApp.root_dir=${path.join(folder, "root")}`];
    const server = spawn(process.execPath, [path.join(packageRoot, "dist", "cli.js"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    for (const stream of [server.stdout, server.stderr]) stream.on("data", (chunk) => (log += chunk));
    const url = `http://127.0.0.1:${port}`;
    for (let tries = 0; !(await answers(`${url}/api/status?token=${token}`)); tries++) {
      if (server.exitCode !== null || tries > 600) throw new Error(`JupyterLab did not start:\n${log}`);
      await sleep(250);
    }
    const context = await chromium.launchPersistentContext(path.join(folder, "profile"), { executablePath: browser, headless: true, viewport, args: flags.split(" ") });
    return new Lab(folder, server, context, url, token, context.pages()[0] ?? (await context.newPage()));
  }

  /** The folder of the notebooks, where their kernels run. */
  get root(): string {
    return path.join(this.#folder, "root");
  }

  /** A picture for who wants to look, where NOISEBOOK_PICTURES says. */
  async shot(name: string): Promise<void> {
    const pictures = process.env.NOISEBOOK_PICTURES;
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    await this.page.screenshot({ path: path.join(pictures, name) });
  }

  /** Opens a notebook and waits until its kernel is idle. */
  async open(notebook: string): Promise<void> {
    await this.page.goto(`${this.url}/lab/tree/${notebook}?token=${this.#token}&reset`, { waitUntil: "domcontentloaded" });
    await this.page.waitForSelector(".jp-Notebook .jp-Cell", { timeout: 60_000 });
    // Until the status bar names the kernel, the menu's items are disabled.
    await this.page.waitForSelector("#jp-bottom-panel :text('Noisebook) | Idle')", { timeout: 60_000 });
  }

  /** Scrolls down to a cell, given by its index, and gives it. Cells far out of sight are not in the page. */
  async cell(index: number): Promise<Locator> {
    const cell = this.page.locator(`.jp-Notebook .jp-Cell[data-windowed-list-index="${index}"]`);
    await this.page.locator(".jp-NotebookPanel").hover();
    for (let turns = 0; (await cell.count()) === 0; turns++) {
      if (turns > 600) throw new Error(`cell ${index} does not appear`);
      await this.page.mouse.wheel(0, 300);
      await sleep(50);
    }
    await cell.scrollIntoViewIfNeeded();
    return cell;
  }

  async menu(name: string, item: string): Promise<void> {
    await this.page.click(`.lm-MenuBar-itemLabel:text-is("${name}")`);
    await this.page.click(`.lm-Menu-itemLabel:text-is("${item}")`);
  }

  async restartAndRunAll(): Promise<void> {
    await this.menu("Run", "Restart Kernel and Run All Cells…");
    await this.page.click(".jp-Dialog button.jp-mod-warn, .jp-Dialog button.jp-mod-accept");
  }

  /** Saves until the notebook's file holds an execution of every code cell, and gives that. Cells out of sight are not in the page. */
  async saved(notebook: string, seconds = 300): Promise<Notebook> {
    for (let waited = 0; waited < seconds; waited++) {
      await this.page.keyboard.press("Control+s");
      await sleep(1000);
      const now = parsed(readFileSync(path.join(this.root, notebook), "utf8"));
      if (now?.cells.every(({ cell_type, execution_count }) => cell_type !== "code" || typeof execution_count === "number")) return now;
    }
    throw new Error(`${notebook} was not executed to its end within ${seconds} s`);
  }

  /** Ends the browser, every kernel, and the server. */
  async close(): Promise<void> {
    await this.#context.close();
    const kernels = (await (await fetch(`${this.url}/api/kernels?token=${this.#token}`)).json()) as { id: string }[];
    for (const { id } of kernels) await fetch(`${this.url}/api/kernels/${id}?token=${this.#token}`, { method: "DELETE" });
    const closed = new Promise((resolve) => this.#server.once("exit", resolve));
    this.#server.kill("SIGTERM");
    await closed;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface Notebook {
  readonly cells: {
    readonly id: string;
    readonly cell_type: string;
    execution_count?: number | null;
    outputs?: { readonly output_type: string; readonly name?: string; readonly data?: Record<string, unknown> }[];
  }[];
}

/** Undefined for a file that Jupyter is just writing. */
function parsed(text: string): Notebook | undefined {
  try {
    return JSON.parse(text) as Notebook;
  } catch {
    return undefined;
  }
}

function withoutOutputs(text: string): string {
  const notebook = JSON.parse(text) as Notebook;
  for (const cell of notebook.cells) if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });
  return JSON.stringify(notebook);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
