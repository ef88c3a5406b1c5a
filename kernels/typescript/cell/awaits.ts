import type { MagicString } from "magic-string";
import type { Program } from "oxc-parser";

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const functions: ReadonlySet<string> = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression", "StaticBlock"]);

/**
 * Has the session hold on to what a cell itself awaits: a cell that waits for what nothing else refers to would be collected as garbage,
 * and with it the inspector's record of the cell, of which Node.js 22 dies.
 */
export function holdAwaited(text: MagicString, program: Program, url: string): void {
  const wrap = ({ start, end }: Node, by: string): void => {
    text.appendRight(start, `__noisebook.${by}(${JSON.stringify(url)}, `).appendLeft(end, ")");
  };
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== "object") return;
    const { type } = node as Partial<Node>;
    if (type !== undefined && functions.has(type)) return;
    if (type === "AwaitExpression") wrap((node as unknown as { argument: Node }).argument, "held");
    if (type === "ForOfStatement" && (node as unknown as { await: boolean }).await) wrap((node as unknown as { right: Node }).right, "heldEach");
    // A field's value is a function's body; its computed name is not.
    if (type === "PropertyDefinition" || type === "AccessorProperty") return visit((node as unknown as { key: unknown }).key);
    for (const child of Object.values(node)) visit(child);
  };
  visit(program.body);
}
