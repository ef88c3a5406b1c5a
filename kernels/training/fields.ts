import { CommandError, exitCodes } from "../client/exit-codes.ts";

/** The fields of a JSON object, taken one by one; what is of another type, or left over at the end, is an error that says where. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  /** How messages call the place, such as `config.json: optimizer`. */
  readonly #place: string;
  readonly #taken = new Set<string>();

  constructor(value: unknown, place: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw refusal(`${place} is ${brief(value)}: an object in braces is needed`);
    this.#values = value as Record<string, unknown>;
    this.#place = place;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** A field as it is. */
  any(name: string): unknown {
    this.#taken.add(name);
    return this.#values[name];
  }

  number(name: string): number | undefined {
    return this.#typed(name, "number", "a number");
  }

  /** A whole number from `least` up. */
  whole(name: string, least = 1): number | undefined {
    const value = this.number(name);
    if (value !== undefined && !(Number.isInteger(value) && value >= least)) throw this.refuse(name, `a whole number from ${least} up`);
    return value;
  }

  /** Those of some fields that are there, all of them numbers. */
  numbers<T extends string>(...names: readonly T[]): { [K in T]?: number } {
    const given = names.flatMap((name) => {
      const value = this.number(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(given) as { [K in T]?: number };
  }

  flag(name: string): boolean | undefined {
    return this.#typed(name, "boolean", "true or false");
  }

  text(name: string): string | undefined {
    return this.#typed(name, "string", "a text");
  }

  /** One of some words. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value !== undefined && !choices.includes(value as T)) throw this.refuse(name, `one of ${choices.join(", ")}`);
    return value as T | undefined;
  }

  /** An object within; an empty one where there is none. */
  object(name: string): Fields {
    return new Fields(this.any(name) ?? {}, `${this.#place}: ${name}`);
  }

  /** What has not been taken yet, all of it. */
  rest(): Record<string, unknown> {
    const left = Object.entries(this.#values).filter(([name]) => !this.#taken.has(name));
    for (const [name] of left) this.#taken.add(name);
    return Object.fromEntries(left);
  }

  /** Call when all has been taken: whatever else there is is a slip. */
  end(): void {
    const [unknown] = Object.keys(this.#values).filter((name) => !this.#taken.has(name));
    if (unknown !== undefined) throw refusal(`${this.#place}: "${unknown}" is none of ${[...this.#taken].join(", ")}`);
  }

  refuse(name: string, rule: string): CommandError {
    return refusal(`${this.#place}: ${name} ${brief(this.#values[name])}: ${rule} is needed`);
  }

  /** The end of the fields, and what is made of them; what that throws gets their place before it. */
  within<T>(make: () => T): T {
    this.end();
    try {
      return make();
    } catch (error) {
      if (error instanceof RangeError || error instanceof TypeError) throw refusal(`${this.#place}: ${error.message}`);
      throw error;
    }
  }

  #typed<T>(name: string, type: string, rule: string): T | undefined {
    const value = this.any(name);
    if (value !== undefined && typeof value !== type) throw this.refuse(name, rule);
    return value as T | undefined;
  }
}

const refusal = (message: string): CommandError => new CommandError(message, exitCodes.usage);

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
