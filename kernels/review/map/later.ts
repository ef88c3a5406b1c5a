/** Entries of the ledger that no cell shows yet, under the notebook that will. A test holds that nothing else is left out. */
export const later: Readonly<Record<string, readonly string[]>> = {
  "05-training": ["001.mse", "003.loss", "004.8.noise", "004.code.randint", "004.code.no-t", "004.code.no-step"],
};
