import type { ErrorContent, Message, MimeBundle } from "../protocol/message.ts";
import type { DisplayOutput, Output, StreamOutput } from "./notebook/format.ts";

/** The most text of one cell's streams that is kept, in UTF-16 code units. A notebook beyond that opens nowhere. */
const streamLimit = 64 * 1024 * 1024;

/** The displays of one notebook by display_id, so that an update reaches them in whichever cell they stand. */
export class DisplayRegistry {
  readonly #displays = new Map<string, Set<DisplayOutput>>();

  add(id: string, output: DisplayOutput): void {
    const known = this.#displays.get(id);
    if (known) known.add(output);
    else this.#displays.set(id, new Set([output]));
  }

  update(id: string, data: MimeBundle, metadata: Record<string, unknown>): void {
    for (const output of this.#displays.get(id) ?? []) {
      output.data = data;
      output.metadata = metadata;
    }
  }

  remove(outputs: readonly Output[]): void {
    const gone = new Set<Output>(outputs);
    for (const displays of this.#displays.values()) {
      for (const display of displays) if (gone.has(display)) displays.delete(display);
    }
  }
}

/** The outputs of one cell, gathered from what the kernel publishes as nbformat keeps them. */
export class OutputArea {
  readonly outputs: Output[] = [];
  readonly #registry: DisplayRegistry;
  #clearPending = false;
  #streamed = 0;

  constructor(registry: DisplayRegistry) {
    this.#registry = registry;
  }

  get hasError(): boolean {
    return this.outputs.some((output) => output.output_type === "error");
  }

  /** Whether stream text beyond the limit was dropped. */
  get overflowed(): boolean {
    return this.#streamed > streamLimit;
  }

  /** Takes a message from iopub. */
  accept(message: Message): void {
    const content = message.content;
    switch (message.header.msg_type) {
      case "stream":
        return this.#stream(content.name === "stderr" ? "stderr" : "stdout", String(content.text ?? ""));
      case "display_data": {
        const output: DisplayOutput = { output_type: "display_data", data: bundle(content.data), metadata: bundle(content.metadata) };
        this.#append(output);
        const id = displayId(content);
        if (id !== undefined) this.#registry.add(id, output);
        return;
      }
      case "execute_result": {
        const count = typeof content.execution_count === "number" ? content.execution_count : null;
        const output: DisplayOutput = {
          output_type: "execute_result",
          data: bundle(content.data),
          metadata: bundle(content.metadata),
          execution_count: count,
        };
        this.#append(output);
        const id = displayId(content);
        if (id !== undefined) this.#registry.add(id, output);
        return;
      }
      case "update_display_data": {
        const id = displayId(content);
        if (id !== undefined) this.#registry.update(id, bundle(content.data), bundle(content.metadata));
        return;
      }
      case "clear_output":
        if (content.wait === true) this.#clearPending = true;
        else this.#clear();
        return;
      case "error":
        return this.addError(content as Partial<ErrorContent>);
      default:
    }
  }

  addError(error: Partial<ErrorContent>): void {
    const traceback = Array.isArray(error.traceback) ? error.traceback.map(String) : [];
    this.#append({ output_type: "error", ename: String(error.ename ?? "Error"), evalue: String(error.evalue ?? ""), traceback });
  }

  #stream(name: StreamOutput["name"], text: string): void {
    if (text === "" || this.overflowed) return;
    this.#streamed += text.length;
    const kept = this.overflowed ? `${text.slice(0, streamLimit - this.#streamed)}\n… output beyond ${streamLimit} characters was dropped\n` : text;
    const last = this.#clearPending ? undefined : this.outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) last.text += kept;
    else this.#append({ output_type: "stream", name, text: kept });
  }

  #append(output: Output): void {
    if (this.#clearPending) this.#clear();
    this.outputs.push(output);
  }

  #clear(): void {
    this.#clearPending = false;
    this.#streamed = 0;
    this.#registry.remove(this.outputs);
    this.outputs.length = 0;
  }
}

const bundle = (value: unknown): MimeBundle => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as MimeBundle) : {});

function displayId(content: Record<string, unknown>): string | undefined {
  const id = bundle(content.transient).display_id;
  return typeof id === "string" ? id : undefined;
}
