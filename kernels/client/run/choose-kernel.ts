import { CommandError, exitCodes } from "../exit-codes.ts";
import { describeKernels, findKernel, type FoundKernel, type KernelListing } from "../kernelspecs.ts";
import { kernelNameOf, languageOf, type Notebook } from "../notebook/format.ts";

/**
 * The kernel for a notebook: the one asked for, else the one it names, else one for its language.
 * @throws {CommandError} (exit code 2) if there is none, with what is installed
 */
export function chooseKernel(notebook: Notebook, asked: string | undefined, listing: KernelListing): FoundKernel {
  if (asked !== undefined) return findKernel(asked, listing);
  const name = kernelNameOf(notebook);
  const language = languageOf(notebook);
  const sameLanguage = listing.kernels.find((kernel) => kernel.spec.language.toLowerCase() === language?.toLowerCase());
  if (name === undefined) {
    if (sameLanguage) return sameLanguage;
    const lacking = language === undefined ? "it names neither a kernel nor a language" : `no kernel for ${language} is installed`;
    throw new CommandError(`${lacking}; installed are ${describeKernels(listing)}: choose one with --kernel`, exitCodes.usage);
  }
  const known = [...listing.kernels, ...listing.broken].some((kernel) => kernel.name === name.toLowerCase());
  if (known) return findKernel(name, listing);
  const wants = `it wants kernel "${name}"${language === undefined ? "" : ` (${language})`}, which is not installed`;
  const wayOut = sameLanguage ? `--kernel ${sameLanguage.name} runs the same language` : "install it, or choose another with --kernel";
  throw new CommandError(`${wants}; installed are ${describeKernels(listing)}: ${wayOut}`, exitCodes.usage);
}
