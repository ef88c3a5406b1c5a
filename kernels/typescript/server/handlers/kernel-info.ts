import { readFileSync } from "node:fs";
import path from "node:path";
import { type KernelInfoReply, protocolVersion } from "../../../protocol/message.ts";
import { packageRoot } from "../../../root.ts";
import type { Engine } from "../engine.ts";
import type { Handler } from "./handler.ts";

export const kernelInfo: Handler = ({ reply }, { engine }) => reply(describe(engine));

function describe(engine: Engine): KernelInfoReply {
  const version = (file: string): string => (JSON.parse(readFileSync(path.join(packageRoot, file), "utf8")) as { version: string }).version;
  const typescript = version(path.join(engine.typescript, "package.json"));
  const own = version("package.json");
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: engine.name,
    implementation_version: own,
    banner: `Noisebook ${own}: TypeScript ${typescript} on Node ${process.version}`,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    supported_features: engine.debugs ? ["debugger"] : [],
    help_links: [{ text: "TypeScript", url: "https://www.typescriptlang.org/docs/" }],
  };
}
