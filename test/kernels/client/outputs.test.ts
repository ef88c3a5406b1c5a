import { describe, expect, it } from "vitest";
import type { Message } from "../../../kernels/protocol/message.ts";
import { DisplayRegistry, OutputArea } from "../../../kernels/client/outputs.ts";

const header = { msg_id: "1", session: "s", username: "u", date: "", version: "5.4" };
const message = (msg_type: string, content: Record<string, unknown>): Message => ({ header: { ...header, msg_type }, parent_header: {}, metadata: {}, content, buffers: [] });
const stream = (text: string, name = "stdout"): Message => message("stream", { name, text });
const display = (text: string, display_id?: string): Message => message("display_data", { data: { "text/plain": text }, metadata: {}, transient: { display_id } });
const update = (text: string, display_id: string): Message => message("update_display_data", { data: { "text/plain": text }, metadata: { a: 1 }, transient: { display_id } });
const clear = (wait: boolean): Message => message("clear_output", { wait });

function area(...messages: Message[]): OutputArea {
  const made = new OutputArea(new DisplayRegistry());
  for (const each of messages) made.accept(each);
  return made;
}
const texts = (made: OutputArea): unknown[] => made.outputs.map((output) => (output.output_type === "stream" ? output.text : output.output_type === "error" ? output.ename : output.data["text/plain"]));

describe("an output area", () => {
  it("merges streams of one name as long as nothing comes between", () => {
    expect(texts(area(stream("a"), stream("b"), stream("c", "stderr"), stream("d"), display("x"), stream("e"), stream("f")))).toEqual(["ab", "c", "d", "x", "ef"]);
  });

  it("keeps what nbformat keeps, and no transient data", () => {
    const { outputs } = area(
      display("x", "id"),
      message("execute_result", { data: { "text/plain": "1" }, metadata: { m: 1 }, execution_count: 7, transient: {} }),
      message("error", { ename: "E", evalue: "v", traceback: ["t"], status: "error" }),
    );
    expect(outputs).toEqual([
      { output_type: "display_data", data: { "text/plain": "x" }, metadata: {} },
      { output_type: "execute_result", data: { "text/plain": "1" }, metadata: { m: 1 }, execution_count: 7 },
      { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
    ]);
  });

  it("updates a display wherever it stands", () => {
    const registry = new DisplayRegistry();
    const first = new OutputArea(registry);
    const second = new OutputArea(registry);
    first.accept(display("one", "id"));
    second.accept(display("two", "id"));
    second.accept(update("new", "id"));
    second.accept(update("nobody's", "other"));
    expect([texts(first), texts(second)]).toEqual([["new"], ["new"]]);
    expect(first.outputs[0]).toMatchObject({ metadata: { a: 1 } });
  });

  it("is cleared at once, or when the next output comes", () => {
    expect(texts(area(stream("a"), clear(false)))).toEqual([]);
    expect(texts(area(stream("a"), clear(true)))).toEqual(["a"]);
    expect(texts(area(stream("a"), clear(true), stream("b")))).toEqual(["b"]);
    expect(texts(area(stream("a"), clear(true), display("b"), stream("c")))).toEqual(["b", "c"]);
  });

  it("forgets the displays it cleared", () => {
    const made = area(display("old", "id"), clear(false), display("other"));
    const [kept] = made.outputs;
    made.accept(update("new", "id"));
    expect(kept).toMatchObject({ data: { "text/plain": "other" } });
  });

  it("stops at 64 Mi characters of a stream, and says so in its place", () => {
    const piece = "x".repeat(8 * 1024 * 1024);
    const made = area(...Array.from({ length: 12 }, () => stream(piece)));
    expect(made.overflowed).toBe(true);
    const [output] = made.outputs;
    const text = output.output_type === "stream" ? output.text : "";
    expect(text.length).toBeLessThan(64 * 1024 * 1024 + 100);
    expect(text.slice(-60)).toContain("was dropped");
  });

  it("survives content that is not what it should be", () => {
    expect(() => area(message("display_data", {}), message("stream", {}), message("error", {}), message("update_display_data", { transient: 3 }))).not.toThrow();
  });
});
