import { type Converter, type ConvertResult, createConverter, type Diagnostic, lookAtFiles } from "./library.ts";

export interface ConversionSteps {
  /** Sees each conversion and may replace what comes of it. */
  converted(result: ConvertResult): ConvertResult;
  /** Sees the errors of a cell that is a module of its own (`@module`). */
  moduleAdded(errors: readonly Diagnostic[]): void;
}

/**
 * tslab's converter. Its TypeScript watches files, two of which change at each cell, in several steps: an interrupt between
 * them, or a change of a file that an import was looking for, leaves it unusable. Then a new one takes its place.
 */
export class RenewableConverter implements Converter {
  readonly #options: { readonly isBrowser?: boolean };
  readonly #steps: ConversionSteps;
  readonly #modules = new Map<string, Parameters<Converter["addModule"]>>();
  #converter: Converter | undefined;
  #busy = false;

  constructor(options: { readonly isBrowser?: boolean }, steps: ConversionSteps) {
    this.#options = options;
    this.#steps = steps;
  }

  convert(previous: string, source: string): ConvertResult {
    return this.#steps.converted(this.#use((converter) => converter.convert(previous, source)));
  }

  inspect(...ask: Parameters<Converter["inspect"]>): ReturnType<Converter["inspect"]> {
    return this.#use((converter) => converter.inspect(...ask));
  }

  complete(...ask: Parameters<Converter["complete"]>): ReturnType<Converter["complete"]> {
    return this.#use((converter) => converter.complete(...ask));
  }

  addModule(...module: Parameters<Converter["addModule"]>): Diagnostic[] {
    this.#modules.set(module[0], module);
    const errors = this.#use((converter) => converter.addModule(...module));
    this.#steps.moduleAdded(errors);
    return errors;
  }

  close(): void {
    this.#converter?.close();
  }

  /** Loads TypeScript's libraries, so that the first cell need not. */
  warm(): void {
    this.#use(() => {});
  }

  // Neither catch nor finally runs when an interrupt terminates execution: being busy still is how it shows.
  #use<T>(body: (converter: Converter) => T): T {
    const interrupted = this.#busy;
    this.#busy = true;
    if (interrupted || !this.#converter) this.#renew();
    let result: T;
    try {
      lookAtFiles();
      result = body(this.#converter as Converter);
    } catch {
      result = body(this.#renew());
    }
    this.#busy = false;
    return result;
  }

  #renew(): Converter {
    const converter = (this.#converter = createConverter(this.#options));
    for (const module of this.#modules.values()) converter.addModule(...module);
    return converter;
  }
}
