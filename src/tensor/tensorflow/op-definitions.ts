import { memoryAt } from "./c-api.ts";
import type { Native } from "./native.ts";
import { type Fields, messagesOf, parseMessage, textOf } from "./protobuf.ts";

export interface InputDefinition {
  readonly name: string;
  /** The attribute with the number of tensors, where this input is a list of tensors of one type; else "". */
  readonly numberAttribute: string;
  /** The attribute with the tensors' types, where this input is a list of tensors of any types; else "". */
  readonly typeListAttribute: string;
}

export interface OpDefinition {
  readonly name: string;
  readonly inputs: readonly InputDefinition[];
  /** Its attributes' types by name, as TensorFlow writes them: "type", "int", "list(int)", … */
  readonly attributes: ReadonlyMap<string, string>;
  /** It has effects, or reads what others change: no second run of it may be saved. */
  readonly stateful: boolean;
  /** How many tensors it takes; undefined where a list is among its inputs. */
  readonly arity: number | undefined;
}

/** The definitions of all operations, read from the library itself. */
export class OpDefinitions {
  readonly #native: Native;
  readonly #read = new Map<string, OpDefinition>();
  #messages: ReadonlyMap<string, Fields> | undefined;

  constructor(native: Native) {
    this.#native = native;
  }

  /** @throws RangeError for an operation that this TensorFlow does not have */
  get(name: string): OpDefinition {
    const definition = this.find(name);
    if (!definition) throw new RangeError(`TensorFlow ${this.#native.c.TF_Version() ?? ""} has no operation "${name}"`);
    return definition;
  }

  /** As `get`, or undefined: functions that were added to the context have no definition here. */
  find(name: string): OpDefinition | undefined {
    let definition = this.#read.get(name);
    if (definition) return definition;
    const message = (this.#messages ??= readAll(this.#native)).get(name);
    if (message) this.#read.set(name, (definition = define(message)));
    return definition;
  }
}

// Field numbers of tensorflow/core/framework/op_def.proto.
function define(message: Fields): OpDefinition {
  const inputs = messagesOf(message, 2).map((input) => ({
    name: textOf(input, 1),
    numberAttribute: textOf(input, 5),
    typeListAttribute: textOf(input, 6),
  }));
  return {
    name: textOf(message, 1),
    inputs,
    attributes: new Map(messagesOf(message, 4).map((attribute) => [textOf(attribute, 1), textOf(attribute, 2)])),
    stateful: message.get(17)?.[0] === 1,
    arity: inputs.some((input) => input.numberAttribute || input.typeListAttribute) ? undefined : inputs.length,
  };
}

function readAll({ c }: Native): Map<string, Fields> {
  const buffer = c.TF_GetAllOpList();
  const [address, length] = new BigUint64Array(memoryAt(buffer, 16));
  const bytes = new Uint8Array(memoryAt(Number(address), Number(length))).slice();
  c.TF_DeleteBuffer(buffer);
  return new Map(messagesOf(parseMessage(bytes), 1).map((message) => [textOf(message, 1), message]));
}
