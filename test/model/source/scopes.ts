// Which name means what: the scopes of a bundle, and its functions.
import type { AnyNode, CallExpression, NewExpression, Pattern } from 'acorn';

/** A function of any form. */
export type FunctionNode = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

/** What is known of a function. */
export interface Func {
  readonly id: number;
  readonly node: FunctionNode;
  readonly name: string;
  readonly outer: Func | null;
  /** It takes steps, or may call what does: a generator in the model. */
  steps: boolean;
  /** A getter, setter, constructor or generator, which cannot become one. */
  readonly fixed: boolean;
  usesThis: boolean;
  hasTry: boolean;
  readonly calls: Call[];
  readonly scope: Scope;
}

/** A call, and where its names are looked up. */
export interface Call {
  readonly node: CallExpression | NewExpression;
  readonly scope: Scope;
}

/** What a name is bound to. */
export interface Binding {
  readonly name: string;
  readonly kind: 'import' | 'function' | 'parameter' | 'variable' | 'class';
  /** Null at the top. */
  readonly owner: Func | null;
  readonly start: number;
  readonly scope: Scope;
  /** From where it is imported, and under which name; '*' for all. */
  readonly source?: { readonly module: string; readonly name: string };
  /** The function it always is. */
  func?: Func;
  assigned: boolean;
}

/** The names of a block, a function or the whole. */
export interface Scope {
  readonly outer: Scope | null;
  readonly func: Func | null;
  readonly names: Map<string, Binding>;
}

/** All that is known of a bundle. */
export interface Program {
  readonly text: string;
  readonly root: AnyNode;
  readonly top: Scope;
  readonly scopes: ReadonlyMap<AnyNode, Scope>;
  readonly funcs: ReadonlyMap<AnyNode, Func>;
}

/** The nodes right below one, in the order of the text. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === 'object' && one !== null && 'type' in one) children.push(one as AnyNode);
    }
  }
  // A shorthand property has its key and its value in one place.
  if (node.type === 'Property' && node.shorthand) return [node.value];
  return children.toSorted((a, b) => a.start - b.start);
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

/** What a name is bound to where it stands; undefined for a global one. */
export function lookUp(name: string, scope: Scope): Binding | undefined {
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    const found = at.names.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The names that a pattern binds. */
export function namesIn(pattern: Pattern | AnyNode): { name: string; start: number }[] {
  switch (pattern.type) {
    case 'Identifier':
      return [{ name: pattern.name, start: pattern.start }];
    case 'ObjectPattern':
      return pattern.properties.flatMap((one) =>
        namesIn(one.type === 'RestElement' ? one.argument : one.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((one) => (one === null ? [] : namesIn(one)));
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

/** Finds the scopes and functions of a bundle. */
export class ScopeFinder {
  readonly scopes: Map<AnyNode, Scope> = new Map<AnyNode, Scope>();
  readonly funcs: Map<AnyNode, Func> = new Map<AnyNode, Func>();
  readonly top: Scope = { outer: null, func: null, names: new Map() };

  read(root: AnyNode): void {
    this.scopes.set(root, this.top);
    for (const child of childrenOf(root)) this.#visit(child, this.top, root);
  }

  #visit(node: AnyNode, scope: Scope, parent: AnyNode): void {
    if (isFunction(node)) return this.#visitFunction(node, scope, parent);
    let inner = scope;
    if (opensScope(node)) {
      inner = { outer: scope, func: scope.func, names: new Map() };
      this.scopes.set(node, inner);
    }
    this.#declare(node, inner, scope);
    const func = scope.func;
    if (func !== null) {
      if (node.type === 'TryStatement') func.hasTry = true;
      if (node.type === 'CallExpression' || node.type === 'NewExpression') {
        func.calls.push({ node, scope: inner });
      }
      if (node.type === 'ThisExpression' || node.type === 'Super') markThis(func);
    }
    for (const child of childrenOf(node)) this.#visit(child, inner, node);
  }

  #visitFunction(node: FunctionNode, scope: Scope, parent: AnyNode): void {
    const isMethod = parent.type === 'MethodDefinition' || parent.type === 'Property';
    const func: Func = {
      id: this.funcs.size + 1,
      node,
      name: nameOf(node, parent),
      outer: scope.func,
      steps: false,
      fixed: (isMethod && /^(get|set|constructor)$/.test(parent.kind)) || node.generator,
      usesThis: false,
      hasTry: false,
      calls: [],
      scope: { outer: scope, func: null, names: new Map() },
    };
    (func.scope as { func: Func | null }).func = func;
    this.funcs.set(node, func);
    this.scopes.set(node, func.scope);
    if (node.type === 'FunctionDeclaration' && node.id !== null) {
      this.#bind(scope, node.id, 'function', func);
    }
    for (const param of node.params) {
      for (const name of namesIn(param)) this.#bind(func.scope, name, 'parameter');
    }
    for (const child of childrenOf(node)) this.#visit(child, func.scope, node);
  }

  #declare(node: AnyNode, inner: Scope, outer: Scope): void {
    switch (node.type) {
      case 'VariableDeclarator': {
        const { init } = node;
        for (const name of namesIn(node.id)) {
          const binding = this.#bind(inner, name, 'variable');
          if (init && isFunction(init)) this.#later.push([binding, init]);
        }
        break;
      }
      case 'ClassDeclaration':
        if (node.id !== null) this.#bind(outer, node.id, 'class');
        break;
      case 'CatchClause':
        if (node.param) for (const name of namesIn(node.param)) this.#bind(inner, name, 'variable');
        break;
      case 'ImportDeclaration':
        for (const one of node.specifiers) {
          const imported = one.type === 'ImportSpecifier' ? one.imported : null;
          const name = imported?.type === 'Identifier' ? imported.name : 'default';
          const source = {
            module: String(node.source.value),
            name: one.type === 'ImportNamespaceSpecifier' ? '*' : name,
          };
          const { name: local } = one.local;
          const binding = { name: local, kind: 'import', owner: null, start: -1 } as const;
          inner.names.set(local, { ...binding, scope: inner, source, assigned: false });
        }
        break;
      default:
    }
  }

  readonly #later: [Binding, FunctionNode][] = [];

  /** Ties names to the functions that they are given once and for all. */
  tie(assigned: (binding: Binding) => boolean): void {
    for (const [binding, node] of this.#later) {
      const func = this.funcs.get(node);
      if (func !== undefined && !assigned(binding)) binding.func = func;
    }
  }

  #bind(
    scope: Scope,
    { name, start }: { name: string; start: number },
    kind: Binding['kind'],
    func?: Func,
  ): Binding {
    const binding: Binding = { name, kind, owner: scope.func, start, scope, assigned: false };
    if (func !== undefined) binding.func = func;
    scope.names.set(name, binding);
    return binding;
  }
}

function opensScope(node: AnyNode): boolean {
  return /^(BlockStatement|For(In|Of)?Statement|CatchClause|SwitchStatement|StaticBlock)$/.test(
    node.type,
  );
}

// `this` of an arrow function is that of the function around it.
function markThis(func: Func): void {
  for (let at: Func | null = func; at !== null; at = at.outer) {
    at.usesThis = true;
    if (at.node.type !== 'ArrowFunctionExpression') return;
  }
}

function nameOf(node: FunctionNode, parent: AnyNode): string {
  if (node.type !== 'ArrowFunctionExpression' && node.id) return node.id.name;
  if ('key' in parent && 'name' in parent.key) return parent.key.name;
  if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') {
    return parent.id.name;
  }
  return 'function';
}
