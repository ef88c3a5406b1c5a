/** Entries of the ledger that no cell shows yet, under the notebook that will. A test holds that nothing else is left out. */
export const later: Readonly<Record<string, readonly string[]>> = {
  "05-training": ["001.mse", "003.loss", "004.8.noise", "004.code.randint", "004.code.no-t", "004.code.no-step"],
  "06-sampling": [
    "000.reverse.chain", "001.sampling", "002.original", "004.5", "004.code.denoise", "004.code.var",
    "004.code.last-variance", "004.code.loop", "004.code.reverse", "004.subtract",
  ],
};
