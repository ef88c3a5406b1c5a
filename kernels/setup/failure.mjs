// Failures of set-up, told with the way out.

/** A failure that set-up can explain; the process ends with `exitCode`. */
export class SetupFailure extends Error {
  constructor(message, { exitCode = 6, cause } = {}) {
    super(message, { cause });
    this.name = "SetupFailure";
    this.exitCode = exitCode;
  }
}

const signalNumber = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Set-up was interrupted by a signal: exit code 128 + its number. */
export class Interrupted extends SetupFailure {
  constructor(signal) {
    super(`interrupted (${signal}); nothing is lost, the next run goes on with what was already downloaded`, {
      exitCode: 128 + signalNumber[signal],
    });
    this.name = "Interrupted";
  }
}

const explanations = [
  [
    ["ENOSPC", "EDQUOT"],
    (where) => `the disk is full${where}. Free about 1.5 GB (the packages need 0.6 GB, twice while they are replaced)`,
  ],
  [
    ["EACCES", "EPERM", "EROFS"],
    (where) => `no permission to write${where}. Make the folder yours, or clone the repository into one that is`,
  ],
  [["EMFILE", "ENFILE"], () => "too many files are open. Raise the limit (`ulimit -n 4096`)"],
  [
    [
      "ENOTFOUND",
      "EAI_AGAIN",
      "ECONNREFUSED",
      "ECONNRESET",
      "ETIMEDOUT",
      "EHOSTUNREACH",
      "ENETUNREACH",
      "ERR_SOCKET_TIMEOUT",
      "FETCH_ERROR",
      "ENOTCACHED",
    ],
    () =>
      "the package registry cannot be reached. Check the network and the proxy (`npm config get registry`, HTTPS_PROXY); packages already downloaded are kept",
  ],
  [
    [
      "SELF_SIGNED_CERT_IN_CHAIN",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "CERT_HAS_EXPIRED",
    ],
    () => "the registry's certificate is not trusted. Behind a company proxy, name its certificate with NODE_EXTRA_CA_CERTS=<file.pem>",
  ],
  [["E401", "E403", "ENEEDAUTH"], () => "the registry refuses to serve this machine. Check `npm config get registry` and your login there"],
  [["E404", "ETARGET", "ENOVERSIONS"], () => "the registry does not have a package of the lockfile. Check `npm config get registry`"],
  [["EINTEGRITY"], () => "a downloaded package is not the one of the lockfile. Run `npm cache verify`"],
  [
    ["EUSAGE", "ELOCKVERIFY"],
    () =>
      "package.json and package-lock.json do not agree. Run `npm install --ignore-scripts` and commit both files, or restore them with `git checkout package.json package-lock.json`",
  ],
];

/** The cause and the way out for an error code of npm or the system, or null where there is no better word than its own. */
export function explain(code, where = "") {
  return explanations.find(([codes]) => codes.includes(code))?.[1](where) ?? null;
}

/** Any error as one that can be told: those of the file system get their way out, unknown ones keep their stack. */
export function asFailure(error) {
  if (error instanceof SetupFailure) return error;
  const text = explain(error?.code, error?.path ? ` at ${error.path}` : "");
  return new SetupFailure(text ? `${text}, then run this again (${error.message})` : (error?.stack ?? String(error)), { cause: error });
}
