// How npm is called. What a user's configuration may turn off and we need (optional dependencies hold the native binaries, the
// tests need the development ones) is said on the command line, which wins over every configuration file and NODE_ENV.

/** The arguments of `npm ci` for the project in `folder`; `cache` is null for npm's own configured cache. */
export function npmArguments({ folder, cache }) {
  return [
    "ci",
    "--ignore-scripts",
    "--include=dev",
    "--include=optional",
    "--include=peer",
    "--prefix",
    folder,
    "--global=false",
    "--workspaces=false",
    "--dry-run=false",
    "--package-lock=true",
    "--package-lock-only=false",
    "--install-strategy=hoisted",
    "--legacy-peer-deps=false",
    "--engine-strict=false",
    "--bin-links=true",
    "--prefer-offline",
    "--audit=false",
    "--fund=false",
    "--update-notifier=false",
    "--progress=false",
    "--loglevel=http",
    "--fetch-retries=4",
    "--fetch-retry-factor=3",
    "--fetch-retry-mintimeout=500",
    "--fetch-retry-maxtimeout=10000",
    ...(cache ? ["--cache", cache] : []),
  ];
}
