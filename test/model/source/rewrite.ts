// The shipping sources as generators: every step that a thread takes in shared memory is a `yield`.
//
//   load(cells, i)      ($t.op('load', site, cells, i) && (yield), $t.value)
//   peek(cells, i)      $t.peek(site, cells, i)                          no step of its own
//   f(a)                $t.leave(yield* f(a))                            f takes steps
//   callback(a)         ($t.isRun($1 = callback(a)) ? $t.leave(yield* $1) : $1)
//   async … await x     a generator that $t.async() drives
//
// What lets the engine recognise states that it has seen is told beside: the beginning of a
// function (enter), its end (leave), the variables at the head of a loop (loop), and what is
// written to variables that outlive a function (wrote). The text stays as it is otherwise. What
// cannot be rewritten throws when it is reached.
import type { AnyNode, CallExpression, NewExpression, Pattern } from 'acorn';
import { childrenOf, isFunction, lookUp } from './scopes.ts';
import type { Binding, Func, FunctionNode, Scope } from './scopes.ts';
import { isPromise, Steps } from './steps.ts';
import { exportsOf, importsOf, isConstant, isPlainClass } from './modules.ts';

/** Globals whose doubles the engine has. */
const DOUBLED = new RegExp(
  '^(Promise|(set|clear)(Timeout|Interval)|process|SharedArrayBuffer|Buffer|' +
    'FinalizationRegistry|AbortController)$',
);

/** Where functions that take steps may be handed to: what calls them is ours. */
const TAKES_CALLBACKS =
  /^(then|catch|finally|addEventListener|removeEventListener|push|set|add|register)$/;

/** Methods that change what they are called on. */
const CHANGES = /^(push|pop|shift|unshift|splice|sort|set|add|delete|clear|ref|unref)$/;

/** A place in the source where a step is taken. */
export interface Site {
  readonly where: string;
  readonly name: string;
}

/** The rewritten text, and its steps. */
export interface Rewritten {
  readonly text: string;
  readonly sites: readonly Site[];
}

/** Rewrites a bundle as the body of a function of `$t`, `$g` and `$m`. It gives a generator that
 * evaluates the modules, and what saves and restores their variables. */
export function rewrite(text: string): Rewritten {
  const writer = new Writer(new Steps(text));
  return { text: writer.program(), sites: writer.sites };
}

class Writer {
  readonly sites: Site[] = [];
  readonly #steps: Steps;
  readonly #text: string;
  readonly #constants = new Set<string>();
  #loops = 0;
  #temporaries = 0;
  /** The function that is being written, and how deep within for-of loops. */
  #func: Func | null = null;
  #ofDepth = 0;

  constructor(steps: Steps) {
    this.#steps = steps;
    this.#text = steps.program.text;
  }

  program(): string {
    const { root, top } = this.#steps.program;
    const once: string[] = [];
    const start: string[] = [];
    let exported = '';
    for (const node of childrenOf(root)) {
      if (node.type === 'ImportDeclaration') once.push(importsOf(node, top));
      else if (node.type === 'FunctionDeclaration') once.push(this.write(node, top));
      else if (node.type === 'ExportNamedDeclaration') exported = exportsOf(node, this.#text);
      else if (node.type === 'VariableDeclaration') {
        for (const one of node.declarations) {
          if (!one.init) continue;
          const text = `(${this.#slice(one.id)} = ${this.write(one.init, top)});`;
          const name = one.id.type === 'Identifier' ? one.id.name : '';
          const isOnce =
            top.names.get(name)?.assigned === false &&
            (isPlainClass(one.init) || isConstant(one.init, this.#constants));
          if (isOnce) this.#constants.add(name);
          (isOnce ? once : start).push(text);
        }
      } else start.push(this.write(node, top));
    }
    const variables = [...top.names.values()].filter((one) => one.kind === 'variable');
    const names = variables.map((one) => one.name);
    const changing = names.filter((name) => !this.#constants.has(name));
    const temporaries = this.#declareTemporaries();
    return (
      `"use strict"; let ${['$none', ...names].join(', ')};\n${once.join('\n')}\n` +
      `function* start() { ${temporaries}\n${start.join('\n')}\nreturn {${exported}}; };\n` +
      `function save() { return [${changing.join(', ')}]; }\n` +
      `function restore($saved) { [${changing.join(', ')}] = $saved; }\n` +
      'return { start, save, restore };'
    );
  }

  /** The text of a node in the model. */
  write(node: AnyNode, outer: Scope): string {
    const scope = this.#steps.program.scopes.get(node) ?? outer;
    if (isFunction(node)) return this.#function(node);
    switch (node.type) {
      case 'CallExpression':
        return this.#call(node, scope);
      case 'NewExpression':
        return this.#new(node, scope);
      case 'AwaitExpression':
        return `(yield $t.awaiting(${this.write(node.argument, scope)}))`;
      case 'Identifier':
        return lookUp(node.name, scope) === undefined && DOUBLED.test(node.name)
          ? `$g.${node.name}`
          : node.name;
      case 'AssignmentExpression':
      case 'UpdateExpression':
        return this.#assignment(node, scope);
      case 'ForOfStatement': {
        if (node.await) return this.#unsupported('for await');
        this.#ofDepth++;
        const text = this.#plain(node, scope);
        this.#ofDepth--;
        return text;
      }
      case 'ForStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        return this.#loop(node, scope);
      case 'TryStatement':
        return this.#try(node, scope);
      case 'MethodDefinition':
      case 'Property':
        return this.#member(node, scope);
      case 'MemberExpression':
        return this.#memberExpression(node, scope);
      default:
        return this.#plain(node, scope);
    }
  }

  // The text as it is, with what is within rewritten.
  #plain(node: AnyNode, scope: Scope): string {
    let text = '';
    let at = node.start;
    for (const child of childrenOf(node)) {
      text += this.#text.slice(at, child.start) + this.write(child, scope);
      at = child.end;
    }
    return text + this.#text.slice(at, node.end);
  }

  #slice(node: AnyNode): string {
    return this.#text.slice(node.start, node.end);
  }

  // A name after a dot is no variable.
  #memberExpression(node: Extract<AnyNode, { type: 'MemberExpression' }>, scope: Scope): string {
    if (node.computed) return this.#plain(node, scope);
    const { start, end } = node.object;
    const before = this.#text.slice(node.start, start);
    return before + this.write(node.object, scope) + this.#text.slice(end, node.end);
  }

  #member(node: Extract<AnyNode, { type: 'MethodDefinition' | 'Property' }>, scope: Scope): string {
    const isMethod = node.type === 'MethodDefinition' || node.method;
    const { key, value } = node;
    if (node.type === 'Property' && node.shorthand) {
      const text = this.write(value, scope);
      return text === this.#slice(value) ? text : `${this.#slice(key)}: ${text}`;
    }
    const name = node.computed ? `[${this.write(key, scope)}]` : this.#slice(key);
    if (!isMethod && node.kind !== 'get' && node.kind !== 'set') {
      return `${name}: ${this.write(value, scope)}`;
    }
    const func = this.#steps.program.funcs.get(value);
    const { params, body } = this.#parts(value as FunctionNode);
    const isStatic = node.type === 'MethodDefinition' && node.static ? 'static ' : '';
    const kind = node.kind === 'get' || node.kind === 'set' ? `${node.kind} ` : '';
    const star = func?.steps === true && !func.fixed ? '*' : '';
    return `${isStatic}${kind}${star}${name}${params} ${body}`;
  }

  #function(node: FunctionNode): string {
    const func = this.#funcOf(node);
    const { params, body } = this.#parts(node);
    const name = node.type !== 'ArrowFunctionExpression' && node.id ? node.id.name : '';
    if (!func.steps || func.fixed) {
      if (node.type === 'ArrowFunctionExpression') return `(${params} => ${body})`;
      const star = node.generator ? '*' : '';
      return `function${star} ${name}${params} ${body}`;
    }
    if (node.type === 'FunctionDeclaration') return `function* ${name}${params} ${body}`;
    const bound = node.type === 'ArrowFunctionExpression' && func.usesThis ? '.bind(this)' : '';
    return `(function* ${name}${params} ${body})${bound}`;
  }

  #parts(node: FunctionNode): { params: string; body: string } {
    const func = this.#funcOf(node);
    const outer = { func: this.#func, ofDepth: this.#ofDepth, temporaries: this.#temporaries };
    this.#func = func;
    this.#ofDepth = 0;
    this.#temporaries = 0;
    const defaults: string[] = [];
    const params = `(${node.params.map((one) => this.#param(one, func, defaults)).join(', ')})`;
    const inner = this.write(node.body, func.scope);
    const whole = node.body.type === 'BlockStatement' ? inner : `{ return (${inner}); }`;
    const block = `{ ${defaults.join(' ')} ${whole.slice(1)}`;
    const body = this.#body(func, block);
    this.#func = outer.func;
    this.#ofDepth = outer.ofDepth;
    this.#temporaries = outer.temporaries;
    return { params, body };
  }

  // No step may be taken among parameters: a default that takes some is filled in within.
  #param(param: Pattern, func: Func, defaults: string[]): string {
    const text = this.write(param, func.scope);
    if (param.type !== 'AssignmentPattern' || !/\byield\b/.test(text)) return text;
    const name = this.#slice(param.left);
    defaults.push(`if (${name} === undefined) ${text};`);
    return name;
  }

  #body(func: Func, block: string): string {
    if (!func.steps) return block;
    if (func.fixed) return `{ throw $t.unsupported(${JSON.stringify(this.#where(func))}); }`;
    const depth = func.hasTry ? ' const $depth = $t.depth;' : '';
    const begin = `$t.enter(${func.id});${depth} ${this.#declareTemporaries()}`;
    if (!func.node.async) return `{ ${begin} ${block.slice(1)}`;
    const inner = `function* () { ${begin} ${block.slice(1)}`;
    return `{ $t.enter(0); return (yield* $t.async((${inner}).call(this))); }`;
  }

  #declareTemporaries(): string {
    if (this.#temporaries === 0) return '';
    const names = Array.from({ length: this.#temporaries }, (_, i) => `$${i + 1}`);
    return `let ${names.join(', ')};`;
  }

  #call(node: CallExpression, scope: Scope): string {
    const callee = this.#steps.calleeOf(node, scope);
    if (callee.kind === 'operation') return this.#operation(callee.name, node, scope);
    if (callee.kind === 'each') return this.#each(callee.name, node, scope);
    const text = this.#changing(node, this.#plain(node, scope), scope);
    if (callee.kind === 'native') {
      this.#requireKnown(node, scope);
      return text;
    }
    if (callee.kind === 'function') {
      return callee.func.steps ? `$t.leave(yield* ${text})` : text;
    }
    const value = `$${++this.#temporaries}`;
    return `($t.isRun(${value} = ${text}) ? $t.leave(yield* ${value}) : ${value})`;
  }

  #new(node: NewExpression, scope: Scope): string {
    const [first] = node.arguments;
    if (isPromise(node) && first !== undefined && this.#steps.mayStep(first, scope)) {
      return `(yield* $g.newPromise(${this.write(first, scope)}))`;
    }
    return this.#plain(node, scope);
  }

  #operation(name: string, node: CallExpression, scope: Scope): string {
    const inner = node.arguments.map((one) => this.write(one, scope)).join(', ');
    const site = this.sites.length;
    this.sites.push({ where: this.#where(this.#func), name });
    if (name === 'peek') return `$t.peek(${site}, ${inner})`;
    if (name === 'wide.peek') return `$t.widePeek(${site}, ${inner})`;
    return `($t.op('${name}', ${site}, ${inner}) && (yield), $t.value)`;
  }

  #each(name: string, node: CallExpression, scope: Scope): string {
    const callee = node.callee as Extract<AnyNode, { type: 'MemberExpression' }>;
    const [first] = node.arguments as AnyNode[];
    if (first === undefined) return this.#plain(node, scope);
    const args = `${this.write(callee.object, scope)}, ${this.write(first, scope)}`;
    return `(yield* $t.each.${name}(${args}))`;
  }

  // A native function cannot call a generator.
  #requireKnown(node: CallExpression, scope: Scope): void {
    const { callee } = node;
    const name =
      callee.type === 'MemberExpression' && 'name' in callee.property
        ? callee.property.name
        : callee.type === 'Identifier'
          ? callee.name
          : '';
    if (TAKES_CALLBACKS.test(name) || DOUBLED.test(name) || callee.type === 'Super') return;
    for (const argument of node.arguments) {
      if (!isFunction(argument) && argument.type !== 'Identifier') continue;
      const func = isFunction(argument)
        ? this.#steps.program.funcs.get(argument)
        : lookUp(argument.name, scope)?.func;
      if (func?.steps === true) {
        throw new TypeError(
          `Cannot hand ${func.name} to ${name} as it takes steps in the model: ` +
            this.#slice(node),
        );
      }
    }
  }

  // Tells of a change to what outlives this function.
  #changing(node: CallExpression, text: string, scope: Scope): string {
    const { callee } = node;
    if (callee.type !== 'MemberExpression' || !('name' in callee.property)) return text;
    if (!CHANGES.test(callee.property.name)) return text;
    const owner = this.#ownerOf(callee.object, scope);
    return owner === null ? text : `$t.changed(${owner}, ${text})`;
  }

  #assignment(
    node: Extract<AnyNode, { type: 'AssignmentExpression' | 'UpdateExpression' }>,
    scope: Scope,
  ): string {
    const target: AnyNode = node.type === 'UpdateExpression' ? node.argument : node.left;
    const owner = this.#ownerOf(target, scope);
    const text = this.#plain(node, scope);
    return owner === null ? text : `$t.wrote(${owner}, (${text}))`;
  }

  // The function whose variable is changed, if that is not the one that changes it; 0 for what no
  // function has.
  #ownerOf(target: AnyNode, scope: Scope): number | null {
    if (target.type !== 'Identifier') return target.type.endsWith('Pattern') ? null : 0;
    const binding: Binding | undefined = lookUp(target.name, scope);
    if (binding === undefined || binding.owner === null) return 0;
    return binding.owner === this.#func ? null : binding.owner.id;
  }

  #loop(
    node: Extract<AnyNode, { type: 'ForStatement' | 'WhileStatement' | 'DoWhileStatement' }>,
    scope: Scope,
  ): string {
    if (this.#func?.steps !== true || this.#func.fixed || this.#ofDepth > 0) {
      return this.#plain(node, scope);
    }
    let text = '';
    let at = node.start;
    for (const child of childrenOf(node)) {
      const inner = this.write(child, scope);
      text += this.#text.slice(at, child.start);
      text += child === node.body ? `{ ${this.#head(node, scope)} ${inner} }` : inner;
      at = child.end;
    }
    return text + this.#text.slice(at, node.end);
  }

  // The state at the head of a loop is what its variables hold.
  #head(node: AnyNode, scope: Scope): string {
    const names: string[] = [];
    const own = this.#steps.program.scopes.get(node);
    for (let at: Scope | null = scope; at !== null && at.func === this.#func; at = at.outer) {
      for (const one of at.names.values()) {
        const isBefore = one.start < node.start || at === own;
        if (isBefore && one.kind !== 'function' && !/^(arena|cells)$/.test(one.name)) {
          names.push(one.name);
        }
      }
    }
    return `$t.head(${[++this.#loops, ...names].join(', ')});`;
  }

  #try(node: Extract<AnyNode, { type: 'TryStatement' }>, scope: Scope): string {
    if (this.#func?.steps !== true || this.#func.fixed) return this.#plain(node, scope);
    const block = this.write(node.block, scope);
    let text = `try ${block}`;
    const { handler, finalizer } = node;
    if (handler !== null && handler !== undefined) {
      const inner = this.#steps.program.scopes.get(handler) ?? scope;
      const param = handler.param ? `(${this.#slice(handler.param)})` : '';
      text += ` catch ${param} { $t.unwind($depth); ${this.write(handler.body, inner).slice(1)}`;
    }
    if (finalizer !== null && finalizer !== undefined) {
      text += ` finally { $t.unwind($depth); ${this.write(finalizer, scope).slice(1)}`;
    }
    return text;
  }

  #unsupported(what: string): string {
    return `throw $t.unsupported(${JSON.stringify(what)});`;
  }

  #funcOf(node: FunctionNode): Func {
    return this.#steps.program.funcs.get(node) as Func;
  }

  #where(func: Func | null): string {
    const names: string[] = [];
    for (let at = func; at !== null; at = at.outer) {
      if (at.name !== 'function' || names.length === 0) names.unshift(at.name);
    }
    return names.join(' > ');
  }
}
