import type { FoundKernel } from "../../client/kernelspecs.ts";
import type { Kernel } from "../../client/kernel.ts";

/** A kernel with all that a probe needs to ask it. */
export interface Subject {
  readonly name: string;
  readonly kernel: FoundKernel;
  readonly python: boolean;
  /** The same code in the kernel's language. */
  code(typescript: string, python: string): string;
}

/** `true`: as it should be; a text: what happens instead; undefined: the question does not apply to this kernel. */
export type Verdict = true | string | undefined;

export interface ProbeContext extends Subject {
  /** A folder of the probe's own, below this project's packages; the kernel's working directory. */
  readonly cwd: string;
  /** A kernel that nothing has run in yet; ends with the probe, however that ends. */
  start(): Promise<Kernel>;
}

export interface Probe {
  /** A name for it, unique and lasting. */
  readonly id: string;
  /** What a kernel should do, in a few words. */
  readonly what: string;
  /** How long it may take, in ms. Default: 20,000. */
  readonly boundMs?: number;
  /** Takes seconds by its nature. */
  readonly slow?: boolean;
  ask(context: ProbeContext): Promise<Verdict>;
}

/** What probes found out about each kernel. */
export interface BehaviourResult {
  /** When they were asked, as year-month-day. */
  readonly date: string;
  /** In the order of the table's columns, with what their kernel_info calls implementation and its version. */
  readonly kernels: readonly { readonly name: string; readonly version: string }[];
  readonly rows: readonly BehaviourRow[];
}

export interface BehaviourRow {
  readonly id: string;
  readonly what: string;
  /** By kernel; one that is absent was not asked, or the question does not apply to it. */
  readonly found: Readonly<Record<string, true | string>>;
}
