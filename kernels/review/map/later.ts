/** Entries of the ledger that no cell shows yet, under the notebook that will. A test holds that nothing else is left out. */
export const later: Readonly<Record<string, readonly string[]>> = {
};
