// Kept in old syntax: a Node too old for the rest of set-up must still be able to read this file and say so.

/** What is wrong with this version of Node, in one message, or null where it is supported (^20.19, ^22.12, 24 and later). */
export function nodeProblem(version) {
  const parts = version.split(".").map(Number);
  const major = parts[0];
  const minor = parts[1];
  if (major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)) return null;
  return (
    "Noisebook needs Node 20.19 or a later 20, 22.12 or a later 22, or 24 and above; this is Node " +
    version +
    ".\n" +
    "Install one of them, for example with a version manager (`nvm install 24`), and give the same command again."
  );
}
