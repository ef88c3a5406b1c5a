import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly files?: Record<string, string>;
}

interface Published extends Package {
  readonly tarball: Buffer;
  readonly integrity: string;
}

function publish(item: Package): Published {
  const folder = mkdtempSync(path.join(tmpdir(), "noisebook-package-"));
  const content = path.join(folder, "package");
  mkdirSync(content);
  writeFileSync(path.join(content, "package.json"), JSON.stringify({ name: item.name, version: item.version }));
  for (const [file, text] of Object.entries(item.files ?? {})) writeFileSync(path.join(content, file), text);
  execFileSync("tar", ["-czf", "package.tgz", "package"], { cwd: folder });
  const tarball = readFileSync(path.join(folder, "package.tgz"));
  rmSync(folder, { recursive: true });
  return { ...item, tarball, integrity: `sha512-${createHash("sha512").update(tarball).digest("base64")}` };
}

/** A package registry of a few packages on this machine, which notes what it is asked for and can keep a download waiting. */
export class Registry {
  readonly requests: string[] = [];
  readonly #packages: Map<string, Published>;
  readonly #server: Server;
  #stalled: string | undefined;

  constructor(packages: readonly Package[]) {
    this.#packages = new Map(packages.map((item) => [item.name, publish(item)]));
    this.#server = createServer((request, response) => {
      const url = decodeURIComponent(request.url ?? "/");
      this.requests.push(url);
      const item = this.#packages.get(url.slice(1).replace(/\.tgz$/, ""));
      if (!item) response.writeHead(404).end();
      else if (!url.endsWith(".tgz")) response.setHeader("content-type", "application/json").end(JSON.stringify(this.#packument(item)));
      else if (item.name === this.#stalled) response.writeHead(200).write(item.tarball.subarray(0, 20));
      else response.end(item.tarball);
    });
  }

  #packument({ name, version, integrity }: Published): object {
    const manifest = { name, version, dist: { tarball: `${this.url}${name}.tgz`, integrity } };
    return { name, "dist-tags": { latest: version }, versions: { [version]: manifest } };
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  get downloads(): string[] {
    return this.requests.filter((url) => url.endsWith(".tgz"));
  }

  integrity(name: string): string {
    return this.#packages.get(name)!.integrity;
  }

  /** Downloads of `name` start and never end, until this is called without one. */
  stall(name?: string): void {
    this.#stalled = name;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
