const pollMs = 1000;

/** Calls `gone` when the process that started the kernel has ended without shutting it down. */
export function watchParent(gone: () => void): void {
  const parent = process.ppid;
  if (parent === 1) return;
  setInterval(() => {
    if (process.ppid !== parent) gone();
  }, pollMs).unref();
}
