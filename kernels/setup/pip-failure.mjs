// Why pip or uv failed, read from their output: neither has error codes.
import { readFile } from "node:fs/promises";
import { SetupFailure } from "./failure.mjs";
import { relative } from "./paths.mjs";

const causes = [
  [/No space left on device|os error 28/i, (gigabytes) => `the disk is full. Free about ${gigabytes} GB`],
  [/Permission denied|Read-only file system/i, "no permission to write. Make the folder yours, or clone the repository into one that is"],
  [
    /Temporary failure in name resolution|Name or service not known|Connection refused|Network is unreachable|NewConnectionError|timed out|dns error|error sending request|Could not connect/i,
    "the package index cannot be reached. Check the network and the proxy (`pip config list`, HTTPS_PROXY)",
  ],
  [
    /CERTIFICATE_VERIFY_FAILED|invalid peer certificate/i,
    "the index's certificate is not trusted. Behind a company proxy, name its certificate with PIP_CERT=<file.pem>",
  ],
  [/DO NOT MATCH THE HASHES|Hash mismatch/i, "a downloaded package is not the one that was pinned. Clear pip's cache (`pip cache purge`)"],
  [
    /from versions: none/,
    "the package index cannot be reached, or does not have these packages. Check the network (`pip config list`, HTTPS_PROXY)",
  ],
  [
    /No matching distribution|Could not find a version|no wheels with a matching/i,
    "the index has no ready-made package for this Python and platform. Try another Python with NOISEBOOK_PYTHON",
  ],
];

/** The failure of a pip or uv that ended with `status`, told from its log. */
export async function pipFailure(root, log, status, { what = "Jupyter could not be installed", gigabytes = "0.6" } = {}) {
  const text = await readFile(log, "utf8").catch(() => "");
  const known = causes.find(([pattern]) => pattern.test(text))?.[1];
  const cause = typeof known === "function" ? known(gigabytes) : known;
  const words = text.trim().split("\n").slice(-6).join("\n");
  return new SetupFailure(
    `${what} (exit status ${status}): ${cause ? `${cause}, then run this again` : `\n${words}`}. The whole output: ${relative(root, log)}`,
  );
}
