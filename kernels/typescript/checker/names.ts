import { parseSync } from "oxc-parser";

export type NameKind = "let" | "const" | "function" | "class" | "enum" | "namespace" | "import" | "type";

/** What a cell declares and mentions, as far as one can tell from its text. */
export interface CellNames {
  /** Names declared at the top level; of a name declared twice, the last kind that has a value. */
  readonly declared: ReadonlyMap<string, NameKind>;
  /** Every identifier-like word in the text, also in strings and comments. */
  readonly words: ReadonlySet<string>;
  /** Names whose type may be narrower at the cell's end than declared: annotated, assigned, or tested at the top level. */
  readonly narrowed: ReadonlySet<string>;
  /** Blocks of `declare global` and `declare module "…"`. */
  readonly augmentations: readonly Augmentation[];
  readonly imports: boolean;
  readonly parsed: boolean;
}

export interface Augmentation {
  readonly start: number;
  readonly end: number;
  readonly names: readonly string[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const assignment = /(?<![\p{ID_Continue}$.])([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:\?\?|\|\||&&)?=(?![=>])/gu;
const word = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

/** Reads the names of a cell. A cell that does not parse declares nothing. */
export function namesOf(code: string): CellNames {
  const words = new Set(code.match(word));
  const declared = new Map<string, NameKind>();
  const { errors, program } = parseSync("cell.ts", code, { lang: "ts", sourceType: "module" });
  const narrowed = new Set<string>();
  if (errors.length > 0) return { declared, words, narrowed, augmentations: [], imports: words.has("import"), parsed: false };
  const add = (name: string, kind: NameKind): void => {
    if (kind !== "type" || !declared.has(name)) declared.set(name, kind);
  };
  for (const statement of program.body as unknown as Node[]) {
    declare(statement, add);
    for (const { start, end } of narrowing(statement, code)) for (const name of code.slice(start, end).match(word) ?? []) narrowed.add(name);
  }
  for (const [, name] of code.matchAll(assignment)) if (!declared.has(name!)) narrowed.add(name!);
  for (const statement of program.body as unknown as Node[]) for (const name of evolving(statement)) narrowed.delete(name);
  const augmentations = (program.body as unknown as Node[]).filter(isAugmentation).map(({ start, end, body }) => {
    const names: string[] = [];
    for (const statement of ((body as Node | null)?.body as Node[] | undefined) ?? []) declare(statement, (name) => names.push(name));
    return { start, end, names };
  });
  return { declared, words, narrowed, augmentations, imports: words.has("import") || words.has("require"), parsed: true };
}

function isAugmentation({ type, global, id }: Node): boolean {
  return type === "TSModuleDeclaration" && (global === true || (id as Node).type === "Literal");
}

/** Parts of a top-level statement whose names TypeScript may narrow for what follows. */
function narrowing(statement: Node, code: string): Node[] {
  if (statement.type === "IfStatement") return [statement.test as Node];
  if (statement.type === "VariableDeclaration") return (statement.declarations as Node[]).map(({ id }) => id as Node).filter((id) => id.typeAnnotation);
  const expression = statement.type === "ExpressionStatement" ? (statement.expression as Node) : undefined;
  if (expression?.type !== "CallExpression") return [];
  const callee = expression.callee as Node;
  return /assert|invariant|ensure|expect/i.test(code.slice(callee.start, callee.end)) ? (expression.arguments as Node[]) : [];
}

/** Variables whose type TypeScript gathers from their uses; a use of ours, at the cell's end, could be the one it complains about. */
function evolving(statement: Node): string[] {
  if (statement.type !== "VariableDeclaration") return [];
  return (statement.declarations as { id: Node; init: Node | null }[])
    .filter(({ id, init }) => !id.typeAnnotation && (!init || init.type === "ArrayExpression" || init.raw === "null" || init.name === "undefined"))
    .map(({ id }) => String(id.name));
}

type Add = (name: string, kind: NameKind) => void;

function declare(statement: Node, add: Add): void {
  const name = (statement.id as Node | null | undefined)?.name;
  const kind = declarationKinds[statement.type];
  if (kind !== undefined) {
    if (typeof name === "string" && statement.global !== true) add(name, kind);
    return;
  }
  switch (statement.type) {
    case "VariableDeclaration": {
      const constant = statement.kind !== "let" && statement.kind !== "var";
      for (const { id } of statement.declarations as { id: Node }[]) bind(id, (bound) => add(bound, constant ? "const" : "let"));
      return;
    }
    case "ImportDeclaration":
      for (const { local } of statement.specifiers as { local: Node }[]) add(local.name as string, "import");
      return;
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration":
      if (statement.declaration) declare(statement.declaration as Node, add);
      return;
    default:
      hoisted(statement, add);
  }
}

const declarationKinds: Readonly<Record<string, NameKind>> = {
  FunctionDeclaration: "function",
  TSDeclareFunction: "function",
  ClassDeclaration: "class",
  TSEnumDeclaration: "enum",
  TSModuleDeclaration: "namespace",
  TSImportEqualsDeclaration: "import",
  TSInterfaceDeclaration: "type",
  TSTypeAliasDeclaration: "type",
};

/** `var` in blocks and loops belongs to the cell as well. */
function hoisted(node: Node, add: Add): void {
  if (node.type === "VariableDeclaration") {
    if (node.kind === "var") declare(node, add);
    return;
  }
  for (const key of statementKeys) {
    const child = node[key] as Node | readonly Node[] | null | undefined;
    if (Array.isArray(child)) for (const each of child as Node[]) hoisted(each, add);
    else if (child && /Statement$|^VariableDeclaration$|^CatchClause$|^SwitchCase$/.test((child as Node).type)) hoisted(child as Node, add);
  }
}

const statementKeys = ["body", "init", "left", "consequent", "alternate", "block", "handler", "finalizer", "cases"] as const;

function bind(pattern: Node | null, add: (name: string) => void): void {
  switch (pattern?.type) {
    case "Identifier":
      return add(pattern.name as string);
    case "ObjectPattern":
      return (pattern.properties as Node[]).forEach((property) => bind((property.value ?? property.argument) as Node, add));
    case "ArrayPattern":
      return (pattern.elements as (Node | null)[]).forEach((element) => bind(element, add));
    case "AssignmentPattern":
      return bind(pattern.left as Node, add);
    case "RestElement":
      return bind(pattern.argument as Node, add);
  }
}
