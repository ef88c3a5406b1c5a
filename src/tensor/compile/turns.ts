import type { Variable } from "../ops.ts";

interface Users {
  writer: Promise<void> | undefined;
  readonly readers: Set<Promise<void>>;
}

export interface Turn {
  /** Asks for the turn; a promise of it where others are before. */
  enter(): Promise<unknown> | undefined;
  /** Lets those behind go on: to be called whether the work succeeded or not; again, it does nothing. */
  done(): void;
}

/** Who may use which variables when: one writer, or any number of readers, in the order in which they asked. */
export class Turns {
  readonly #users = new WeakMap<Variable, Users>();

  /** A turn that is asked for by `enter`: whoever may be ended anywhere makes sure of `done` before. */
  prepare(read: readonly Variable[], written: readonly Variable[]): Turn {
    const before = new Set<Promise<void>>();
    let finish = (): void => {};
    const mine = new Promise<void>((resolve) => (finish = resolve));
    const readers = read.filter((variable) => !written.includes(variable)).map((variable) => this.#of(variable).readers);
    return {
      enter: () => {
        for (const variable of new Set([...read, ...written])) {
          const { writer } = this.#of(variable);
          if (writer) before.add(writer);
        }
        for (const variable of written) {
          const users = this.#of(variable);
          for (const reader of users.readers) before.add(reader);
          users.writer = mine;
        }
        for (const set of readers) set.add(mine);
        return before.size === 0 ? undefined : Promise.all(before);
      },
      done: () => {
        for (const variable of written) if (this.#of(variable).writer === mine) this.#of(variable).writer = undefined;
        for (const set of readers) set.delete(mine);
        finish();
      },
    };
  }

  /** A variable that work on these would have to wait for. */
  busy(read: readonly Variable[], written: readonly Variable[]): Variable | undefined {
    const taken = (variable: Variable): boolean => this.#of(variable).writer !== undefined;
    return read.find(taken) ?? written.find((variable) => taken(variable) || this.#of(variable).readers.size > 0);
  }

  #of(variable: Variable): Users {
    let users = this.#users.get(variable);
    if (!users) this.#users.set(variable, (users = { writer: undefined, readers: new Set() }));
    return users;
  }
}

/** Survives the live reloading of this file: steps of before and after share variables. */
const slot = Symbol.for("noisebook.turns");
const state = globalThis as { [slot]?: Turns };
export const turns: Turns = (state[slot] ??= new Turns());
