// Which functions of a bundle take steps: all that touch shared memory, wait or await, and all that
// call those, or call what they do not know.
import { parse, type AnyNode, type CallExpression, type NewExpression } from 'acorn';
import { SEAM, CLOCK } from './bundle.ts';
import { childrenOf, isFunction, lookUp, ScopeFinder } from './scopes.ts';
import type { Binding, Call, Func, Program, Scope } from './scopes.ts';

/** What a call is to the model. */
export type Callee =
  | { readonly kind: 'operation'; readonly name: string }
  | { readonly kind: 'function'; readonly func: Func }
  /** Known only when it is called. */
  | { readonly kind: 'any' }
  /** A method of this name that takes steps is somewhere. */
  | { readonly kind: 'method'; readonly name: string }
  /** `array.forEach(callback)` and the like. */
  | { readonly kind: 'each'; readonly name: string }
  | { readonly kind: 'native' };

/** Array methods that the engine has a form of whose callback may take steps. */
const EACH = /^(forEach|map|filter|find|findIndex|every|some|flatMap|sort)$/;

/** Parses a bundle and tells which of its functions take steps. */
export class Steps {
  readonly program: Program;
  /** Names of methods that take steps. */
  readonly #methods = new Set<string>();

  constructor(text: string) {
    const root: AnyNode = parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
    const finder = new ScopeFinder();
    finder.read(root);
    const { top, scopes, funcs } = finder;
    this.program = { text, root, top, scopes, funcs };
    this.#findAssignments(root, top);
    finder.tie((binding) => binding.assigned);
    this.#findKept(root, top);
    this.#spread();
  }

  /** What is called here. */
  calleeOf(node: CallExpression | NewExpression, scope: Scope): Callee {
    const callee = node.callee as AnyNode;
    if (callee.type === 'Identifier') return this.#named(lookUp(callee.name, scope));
    if (isFunction(callee)) return { kind: 'any' };
    if (callee.type !== 'MemberExpression') {
      return { kind: callee.type === 'Super' ? 'native' : 'any' };
    }
    const { property } = callee;
    if (callee.computed) return { kind: 'any' };
    const name = 'name' in property ? property.name : '';
    const operation = this.#operationOf(callee.object, name, scope);
    if (operation !== null) return { kind: 'operation', name: operation };
    const [first] = node.arguments;
    if (EACH.test(name) && first !== undefined && this.mayStep(first, scope)) {
      return { kind: 'each', name };
    }
    return this.#methods.has(name) ? { kind: 'method', name } : { kind: 'native' };
  }

  /** Whether a value may be a function that takes steps. */
  mayStep(node: AnyNode, scope: Scope): boolean {
    if (isFunction(node)) return this.program.funcs.get(node)?.steps === true;
    if (node.type !== 'Identifier') return false;
    const binding = lookUp(node.name, scope);
    if (binding?.func !== undefined) return binding.func.steps;
    return binding?.kind === 'parameter';
  }

  // wide.peek, atomics.load, atomics.wide.peek, fs.existsSync
  #operationOf(object: AnyNode, name: string, scope: Scope): string | null {
    if (object.type === 'MemberExpression' && object.property.type === 'Identifier') {
      const outer = object.property.name;
      if (outer !== 'wide' || this.#operationOf(object.object, outer, scope) === null) return null;
      return `wide.${name}`;
    }
    if (object.type !== 'Identifier') return null;
    const source = lookUp(object.name, scope)?.source;
    if (source?.module === SEAM) {
      if (source.name === '*') return name;
      return source.name === 'wide' ? `wide.${name}` : null;
    }
    return source?.module === 'node:fs' && name === 'existsSync' ? 'exists' : null;
  }

  #named(binding: Binding | undefined): Callee {
    if (binding === undefined) return { kind: 'native' };
    const { source } = binding;
    if (source !== undefined) {
      if (source.module !== SEAM && source.module !== CLOCK) return { kind: 'native' };
      return { kind: 'operation', name: source.name };
    }
    if (binding.func !== undefined) return { kind: 'function', func: binding.func };
    return { kind: binding.kind === 'class' ? 'native' : 'any' };
  }

  // Names under which a function may be kept that is not written there: `{ take: attempt }`.
  #findKept(node: AnyNode, scope: Scope): void {
    const inner = this.program.scopes.get(node) ?? scope;
    const isMember = node.type === 'Property' || node.type === 'PropertyDefinition';
    if (isMember && node.value && 'name' in node.key && this.#mayBeFunction(node.value, inner)) {
      this.#methods.add(node.key.name);
    } else if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') {
      const { property } = node.left;
      if ('name' in property && this.#mayBeFunction(node.right, inner)) {
        this.#methods.add(property.name);
      }
    }
    for (const child of childrenOf(node)) this.#findKept(child, inner);
  }

  #mayBeFunction(node: AnyNode, scope: Scope): boolean {
    switch (node.type) {
      case 'Identifier': {
        const binding = lookUp(node.name, scope);
        if (binding?.func !== undefined) return true;
        return binding?.kind === 'parameter' || binding?.kind === 'variable';
      }
      case 'ConditionalExpression':
        return [node.consequent, node.alternate].some((one) => this.#mayBeFunction(one, scope));
      case 'LogicalExpression':
        return [node.left, node.right].some((one) => this.#mayBeFunction(one, scope));
      default:
        return /^(Member|Call|Chain)Expression$/.test(node.type);
    }
  }

  #spread(): void {
    const funcs = [...this.program.funcs.values()];
    for (const func of funcs) func.steps = func.node.async;
    for (let changed = true; changed;) {
      changed = false;
      for (const func of funcs) {
        if (func.steps || !func.calls.some((call) => this.#takesSteps(call))) continue;
        func.steps = true;
        if (func.name !== 'function') this.#methods.add(func.name);
        changed = true;
      }
    }
    for (const func of funcs) if (func.steps) this.#methods.add(func.name);
  }

  #takesSteps({ node, scope }: Call): boolean {
    const callee = this.calleeOf(node, scope);
    // What a class does when it is made is looked at when it is rewritten.
    if (node.type === 'NewExpression') {
      return isPromise(node) && node.arguments.some((one) => this.mayStep(one, scope));
    }
    switch (callee.kind) {
      case 'operation':
        return !callee.name.endsWith('peek');
      case 'function':
        return callee.func.steps;
      case 'native':
        return false;
      default:
        return true;
    }
  }

  #findAssignments(node: AnyNode, scope: Scope): void {
    const inner = this.program.scopes.get(node) ?? scope;
    const target =
      node.type === 'AssignmentExpression'
        ? node.left
        : node.type === 'UpdateExpression'
          ? node.argument
          : null;
    if (target?.type === 'Identifier') {
      const binding = lookUp(target.name, inner);
      if (binding !== undefined) binding.assigned = true;
    }
    for (const child of childrenOf(node)) this.#findAssignments(child, inner);
  }
}

/** `new Promise(…)`. */
export function isPromise(node: NewExpression | CallExpression): boolean {
  return node.callee.type === 'Identifier' && node.callee.name === 'Promise';
}
