import type { BindingPattern, Program, Statement, VariableDeclaration } from "oxc-parser";

export interface DeclaredName {
  readonly name: string;
  readonly kind: "const" | "let" | "var" | "using" | "function" | "class" | "enum" | "namespace" | "import";
  /** Whether the name reads through to the module it was imported from; others are variables of the session. */
  readonly live: boolean;
}

export function patternNames(pattern: BindingPattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) => patternNames(property.type === "RestElement" ? property.argument : property.value));
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : patternNames(element.type === "RestElement" ? element.argument : element)));
    case "AssignmentPattern":
      return patternNames(pattern.left);
  }
}

export type VarPlace = "statement" | "for" | "for-in";

/** Every `var` that belongs to the cell itself, those in its blocks and loops included. */
export function* varDeclarations(statements: readonly (Statement | Program["body"][number])[]): Generator<[VariableDeclaration, VarPlace]> {
  for (const statement of statements) {
    switch (statement.type) {
      case "VariableDeclaration":
        if (statement.kind === "var") yield [statement, "statement"];
        break;
      case "ExportNamedDeclaration":
        if (statement.declaration) yield* varDeclarations([statement.declaration]);
        break;
      case "BlockStatement":
        yield* varDeclarations(statement.body);
        break;
      case "IfStatement":
        yield* varDeclarations(statement.alternate ? [statement.consequent, statement.alternate] : [statement.consequent]);
        break;
      case "ForStatement":
        if (statement.init?.type === "VariableDeclaration" && statement.init.kind === "var") yield [statement.init, "for"];
        yield* varDeclarations([statement.body]);
        break;
      case "ForInStatement":
      case "ForOfStatement":
        if (statement.left.type === "VariableDeclaration" && statement.left.kind === "var") yield [statement.left, "for-in"];
        yield* varDeclarations([statement.body]);
        break;
      case "WhileStatement":
      case "DoWhileStatement":
      case "LabeledStatement":
        yield* varDeclarations([statement.body]);
        break;
      case "TryStatement":
        yield* varDeclarations(statement.block.body);
        if (statement.handler) yield* varDeclarations(statement.handler.body.body);
        if (statement.finalizer) yield* varDeclarations(statement.finalizer.body);
        break;
      case "SwitchStatement":
        for (const branch of statement.cases) yield* varDeclarations(branch.consequent);
        break;
    }
  }
}

export function boundNames(declaration: VariableDeclaration): string[] {
  return declaration.declarations.flatMap(({ id }) => patternNames(id));
}

/** The values that a cell declares, as it was written. Types are not values. */
export function declaredNames(program: Program): DeclaredName[] {
  const names: DeclaredName[] = [];
  const add = (name: string, kind: DeclaredName["kind"]): void => void names.push({ name, kind, live: false });
  for (const outer of program.body) {
    const statement = (outer.type === "ExportNamedDeclaration" || outer.type === "ExportDefaultDeclaration") && outer.declaration ? outer.declaration : outer;
    switch (statement.type) {
      case "VariableDeclaration":
        if (statement.declare || statement.kind === "var") break;
        for (const name of boundNames(statement)) add(name, statement.kind === "const" || statement.kind === "let" ? statement.kind : "using");
        break;
      case "FunctionDeclaration":
        if (statement.id && !statement.declare) add(statement.id.name, "function");
        break;
      case "ClassDeclaration":
        if (statement.id && !statement.declare) add(statement.id.name, "class");
        break;
      case "TSEnumDeclaration":
        if (!statement.declare) add(statement.id.name, "enum");
        break;
      case "TSModuleDeclaration":
        if (!statement.declare && statement.id.type === "Identifier") add(statement.id.name, "namespace");
        break;
      case "TSImportEqualsDeclaration":
        add(statement.id.name, "let");
        break;
    }
  }
  for (const [declaration] of varDeclarations(program.body)) if (!declaration.declare) for (const name of boundNames(declaration)) add(name, "var");
  return [...new Map(names.map((each) => [each.name, each])).values()];
}
