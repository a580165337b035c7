// Scopes of a syntax tree, and what each declares before its first statement runs.
import type { AnyNode } from 'acorn';
import { childrenOf, patternNames } from './syntax.ts';

/** The names declared in one scope, within those around it. */
export class Scope {
  readonly parent: Scope | null;
  readonly kind: 'function' | 'block';
  readonly #names = new Set<string>();

  constructor(parent: Scope | null, kind: 'function' | 'block') {
    this.parent = parent;
    this.kind = kind;
  }

  declare(names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
  }

  /** Whether a name is declared here or further out. */
  knows(name: string): boolean {
    return this.#names.has(name) || (this.parent?.knows(name) ?? false);
  }

  /** The scope that a `var` inside this one belongs to. */
  get ofVariables(): Scope {
    return this.kind === 'function' || this.parent === null ? this : this.parent.ofVariables;
  }

  /** Declares what the statements of a block declare: let, const, class, function, import. */
  hoist(statements: readonly AnyNode[], strict: boolean): void {
    for (const statement of statements) this.#hoistStatement(statement, strict);
  }

  /** Declares every `var` below a node, except those of functions in it. */
  hoistVariables(node: AnyNode): void {
    if (node.type === 'VariableDeclaration') {
      if (node.kind === 'var')
        this.declare(node.declarations.flatMap((one) => patternNames(one.id)));
      return;
    }
    if (isOpaque(node)) return;
    for (const child of childrenOf(node)) this.hoistVariables(child);
  }

  #hoistStatement(statement: AnyNode, strict: boolean): void {
    switch (statement.type) {
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
        if (statement.declaration) this.#hoistStatement(statement.declaration, strict);
        break;
      case 'VariableDeclaration':
        if (statement.kind === 'var') break;
        this.declare(statement.declarations.flatMap((one) => patternNames(one.id)));
        break;
      case 'FunctionDeclaration':
        if (!statement.id) break;
        this.declare([statement.id.name]);
        // Sloppy code sees a function of a block in the whole function around it.
        if (!strict) this.ofVariables.declare([statement.id.name]);
        break;
      case 'ClassDeclaration':
        if (statement.id) this.declare([statement.id.name]);
        break;
      case 'ImportDeclaration':
        this.declare(statement.specifiers.map((specifier) => specifier.local.name));
        break;
      case 'LabeledStatement':
        this.#hoistStatement(statement.body, strict);
        break;
      default:
    }
  }
}

// Statements that hold no `var`, however deep: functions have scopes of their own, expressions have
// no statements.
function isOpaque(node: AnyNode): boolean {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassDeclaration':
    case 'ClassExpression':
    case 'ExpressionStatement':
    case 'ReturnStatement':
    case 'ThrowStatement':
      return true;
    default:
      return false;
  }
}
