// The names that a piece of code uses and does not declare, and the keywords in it that belong to
// code around it.
//
// One walk over the tree; a name is judged when the walk is over, since sloppy code may declare it
// late. Positions are offsets into the function's own text. Our walk agrees with eslint-scope on
// the functions of some hundred packages.
import type { AnyNode, AssignmentExpression, Class, Function as FunctionLike } from 'acorn';
import { Scope } from './scopes.ts';
import { childrenOf, patternNames } from './syntax.ts';

/** How an occurrence of a name is written, for whoever replaces it. */
export type Writing = 'plain' | 'shorthand' | 'callee';

/** A name that is used and not declared. */
export interface FreeName {
  /** Where it is first used. */
  readonly position: number;
  readonly writes: { readonly position: number; readonly operator: string }[];
  /** Members that are read from it by name. */
  readonly members: Set<string>;
  /** Whether it is used otherwise than by such members. */
  bare: boolean;
  /** Every occurrence. */
  readonly places: Map<number, Writing>;
}

/** What the code takes from around it; a position is that of the first use. */
export interface FreeUses {
  readonly names: Map<string, FreeName>;
  outerThis?: number;
  outerArguments?: number;
  outerSuper?: number;
  outerNewTarget?: number;
  outerPrivate?: string;
  directEval?: number;
  /** Whether a class in it has private members. */
  hasPrivate: boolean;
  hasDynamicImport: boolean;
  /** Start and end of each `import.meta`. */
  readonly importMeta: [start: number, end: number][];
}

/** Where the walk is: its scope, and which keywords still mean those of the code around. */
interface Place {
  readonly scope: Scope;
  readonly outerThis: boolean;
  readonly outerSuper: boolean;
  readonly outerNewTarget: boolean;
  /** Inside a method, whose functions cannot reach `super` of the code around. */
  readonly inMethod: boolean;
  readonly privates: ReadonlySet<string>;
}

interface Use {
  readonly name: string;
  readonly scope: Scope;
  readonly position: number;
  readonly operator?: string;
  readonly member?: string;
  readonly bare?: boolean;
  readonly writing: Writing;
}

const OF_ITS_OWN = { outerThis: false, outerSuper: false, outerNewTarget: false } as const;

/** Finds what a node uses and does not declare; offsets are told from `origin`. */
export function findFreeUses(root: AnyNode, origin: number, strict: boolean): FreeUses {
  return new FreeUsesFinder(origin, strict).find(root);
}

class FreeUsesFinder {
  readonly #origin: number;
  readonly #strict: boolean;
  readonly #uses: Use[] = [];
  readonly #found: FreeUses = {
    names: new Map(),
    hasPrivate: false,
    hasDynamicImport: false,
    importMeta: [],
  };

  constructor(origin: number, strict: boolean) {
    this.#origin = origin;
    this.#strict = strict;
  }

  find(root: AnyNode): FreeUses {
    const place: Place = {
      scope: new Scope(null, 'function'),
      outerThis: true,
      outerSuper: true,
      outerNewTarget: true,
      inMethod: false,
      privates: new Set(),
    };
    // A method's computed key is not asked: it has been computed. Its `super` is that of an object
    // we do not have.
    if (root.type === 'Property' || root.type === 'MethodDefinition')
      this.#walkFunction(root.value as FunctionLike, place);
    else this.#walk(root, place);
    for (const use of this.#uses) this.#judge(use);
    const args = this.#found.names.get('arguments');
    if (args !== undefined) this.#found.outerArguments = args.position;
    for (const known of ['arguments', 'undefined', 'NaN', 'Infinity'])
      this.#found.names.delete(known);
    return this.#found;
  }

  #judge(use: Use): void {
    if (use.scope.knows(use.name)) return;
    let free = this.#found.names.get(use.name);
    if (free === undefined) {
      free = {
        position: use.position,
        writes: [],
        members: new Set(),
        bare: false,
        places: new Map(),
      };
      this.#found.names.set(use.name, free);
    }
    if (use.operator !== undefined) {
      free.writes.push({ position: use.position, operator: use.operator });
    }
    if (use.member !== undefined) free.members.add(use.member);
    if (use.bare === true) free.bare = true;
    if (!free.places.has(use.position)) free.places.set(use.position, use.writing);
  }

  #use(node: AnyNode & { name: string }, place: Place, use: Partial<Use>): void {
    const position = node.start - this.#origin;
    this.#uses.push({ name: node.name, scope: place.scope, position, writing: 'plain', ...use });
  }

  #walkAll(nodes: readonly (AnyNode | null)[], place: Place): void {
    for (const node of nodes) if (node !== null) this.#walk(node, place);
  }

  #walk(node: AnyNode, place: Place): void {
    switch (node.type) {
      case 'Identifier':
        return this.#use(node, place, { bare: true });
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#walkFunction(node, place);
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.#walkClass(node, place);
      case 'BlockStatement':
      case 'Program':
        return this.#walkBlock(node.body, place);
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.#walkLoop(node, place);
      case 'SwitchStatement':
        this.#walk(node.discriminant, place);
        return this.#walkBlock(
          node.cases.flatMap((one) => [one.test ?? [], one.consequent].flat()),
          place,
        );
      case 'CatchClause':
        return this.#walkCatch(node, place);
      case 'VariableDeclaration':
        for (const one of node.declarations) {
          this.#walkPattern(one.id, place, null);
          if (one.init) this.#walk(one.init, place);
        }
        return;
      case 'LabeledStatement':
        return this.#walk(node.body, place);
      case 'BreakStatement':
      case 'ContinueStatement':
        return;
      default:
        return this.#walkExpression(node, place);
    }
  }

  #walkExpression(node: AnyNode, place: Place): void {
    switch (node.type) {
      case 'MemberExpression':
        return this.#walkMember(node, place);
      case 'CallExpression':
        if (node.callee.type === 'Identifier') {
          this.#use(node.callee, place, { bare: true, writing: 'callee' });
          if (node.callee.name === 'eval' && !node.optional) {
            this.#found.directEval ??= node.start - this.#origin;
          }
        } else this.#walk(node.callee, place);
        return this.#walkAll(node.arguments, place);
      case 'TaggedTemplateExpression':
        if (node.tag.type === 'Identifier') {
          this.#use(node.tag, place, { bare: true, writing: 'callee' });
        } else this.#walk(node.tag, place);
        return this.#walk(node.quasi, place);
      case 'AssignmentExpression':
        return this.#walkAssignment(node, place);
      case 'UpdateExpression':
        if (node.argument.type !== 'Identifier') return this.#walk(node.argument, place);
        return this.#use(node.argument, place, { bare: true, operator: node.operator });
      case 'ObjectExpression':
        return this.#walkAll(node.properties, place);
      case 'Property':
        if (node.computed) this.#walk(node.key, place);
        if (node.method || node.kind !== 'init') return this.#walkMethod(node.value, place);
        if (node.shorthand && node.value.type === 'Identifier') {
          return this.#use(node.value, place, { bare: true, writing: 'shorthand' });
        }
        return this.#walk(node.value, place);
      default:
        return this.#walkKeyword(node, place);
    }
  }

  #walkKeyword(node: AnyNode, place: Place): void {
    const found = this.#found;
    const position = node.start - this.#origin;
    switch (node.type) {
      case 'ThisExpression':
        if (place.outerThis) found.outerThis ??= position;
        return;
      case 'Super':
        if (place.outerSuper) found.outerSuper ??= position;
        return;
      case 'MetaProperty':
        if (node.meta.name === 'import') found.importMeta.push([position, node.end - this.#origin]);
        else if (place.outerNewTarget) found.outerNewTarget ??= position;
        return;
      case 'PrivateIdentifier':
        if (!place.privates.has(node.name)) found.outerPrivate ??= `#${node.name}`;
        return;
      case 'ImportExpression':
        found.hasDynamicImport = true;
        break;
      default:
    }
    this.#walkAll(childrenOf(node), place);
  }

  #walkFunction(node: FunctionLike, place: Place): void {
    const isArrow = node.type === 'ArrowFunctionExpression';
    let outer = place.scope;
    if (node.type === 'FunctionExpression' && node.id) {
      outer = new Scope(outer, 'block');
      outer.declare([node.id.name]);
    }
    const scope = new Scope(outer, 'function');
    scope.declare(node.params.flatMap((param) => patternNames(param)));
    if (!isArrow) scope.declare(['arguments']);
    const outerSuper = place.outerSuper && !place.inMethod;
    const inner: Place = isArrow
      ? { ...place, scope }
      : { ...place, ...OF_ITS_OWN, outerSuper, inMethod: false, scope };
    for (const param of node.params) this.#walkPattern(param, inner, null);
    if (node.body.type !== 'BlockStatement') return this.#walk(node.body, inner);
    // A parameter's default does not see the variables of the body.
    const isSimple = node.params.every((param) => param.type === 'Identifier');
    const body = isSimple ? scope : new Scope(scope, 'function');
    body.hoistVariables(node.body);
    body.hoist(node.body.body, this.#strict);
    this.#walkAll(node.body.body, { ...inner, scope: body });
  }

  #walkMethod(value: AnyNode, place: Place): void {
    this.#walkFunction(value as FunctionLike, { ...place, outerSuper: false, inMethod: true });
  }

  #walkClass(node: Class, place: Place): void {
    const scope = new Scope(place.scope, 'block');
    if (node.id) scope.declare([node.id.name]);
    const privates = new Set(place.privates);
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock' || member.key.type !== 'PrivateIdentifier') continue;
      privates.add(member.key.name);
      this.#found.hasPrivate = true;
    }
    if (node.superClass) this.#walk(node.superClass, { ...place, scope });
    const inner: Place = { ...place, scope, privates };
    for (const member of node.body.body) {
      if (member.type !== 'StaticBlock' && member.computed) this.#walk(member.key, inner);
      if (member.type === 'MethodDefinition') this.#walkMethod(member.value, inner);
      else this.#walkInitialiser(member, inner);
    }
  }

  /** A field's value or a static block: a function of its own, as far as keywords go. */
  #walkInitialiser(member: AnyNode, place: Place): void {
    const scope = new Scope(place.scope, 'function');
    const inner: Place = { ...place, ...OF_ITS_OWN, scope };
    if (member.type === 'PropertyDefinition' && member.value) this.#walk(member.value, inner);
    if (member.type !== 'StaticBlock') return;
    for (const statement of member.body) scope.hoistVariables(statement);
    this.#walkBlock(member.body, inner);
  }

  #walkBlock(statements: readonly AnyNode[], place: Place): void {
    const scope = new Scope(place.scope, 'block');
    scope.hoist(statements, this.#strict);
    this.#walkAll(statements, { ...place, scope });
  }

  #walkLoop(
    node: Extract<AnyNode, { type: 'ForStatement' | 'ForInStatement' | 'ForOfStatement' }>,
    place: Place,
  ): void {
    const inner: Place = { ...place, scope: new Scope(place.scope, 'block') };
    const head = node.type === 'ForStatement' ? node.init : node.left;
    if (head?.type === 'VariableDeclaration') {
      inner.scope.hoist([head], this.#strict);
      this.#walk(head, inner);
    } else if (head && node.type !== 'ForStatement') this.#walkPattern(head, inner, 'for');
    else if (head) this.#walk(head, inner);
    const rest = node.type === 'ForStatement' ? [node.test, node.update] : [node.right];
    this.#walkAll(
      [...rest, node.body].map((child) => child ?? null),
      inner,
    );
  }

  #walkCatch(node: Extract<AnyNode, { type: 'CatchClause' }>, place: Place): void {
    const inner: Place = { ...place, scope: new Scope(place.scope, 'block') };
    inner.scope.declare(patternNames(node.param));
    if (node.param) this.#walkPattern(node.param, inner, null);
    this.#walkBlock(node.body.body, inner);
  }

  #walkMember(node: Extract<AnyNode, { type: 'MemberExpression' }>, place: Place): void {
    const { object, property } = node;
    const member = memberName(node);
    if (object.type === 'Identifier' && member !== null) this.#use(object, place, { member });
    else this.#walk(object, place);
    if (node.computed || property.type === 'PrivateIdentifier') this.#walk(property, place);
  }

  #walkAssignment(node: AssignmentExpression, place: Place): void {
    const { left, operator } = node;
    if (left.type === 'Identifier') this.#use(left, place, { operator, bare: operator !== '=' });
    else this.#walkPattern(left, place, operator);
    this.#walk(node.right, place);
  }

  /** A pattern that declares (`operator` null: its names are hoisted already) or assigns. */
  #walkPattern(node: AnyNode, place: Place, operator: string | null, isShorthand = false): void {
    switch (node.type) {
      case 'Identifier':
        if (operator === null) return;
        return this.#use(node, place, { operator, writing: isShorthand ? 'shorthand' : 'plain' });
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'RestElement') {
            this.#walkPattern(property.argument, place, operator);
            continue;
          }
          if (property.computed) this.#walk(property.key, place);
          this.#walkPattern(property.value, place, operator, property.shorthand);
        }
        return;
      case 'ArrayPattern':
        for (const element of node.elements) {
          if (element !== null) this.#walkPattern(element, place, operator);
        }
        return;
      case 'AssignmentPattern':
        this.#walkPattern(node.left, place, operator, isShorthand);
        return this.#walk(node.right, place);
      case 'RestElement':
        return this.#walkPattern(node.argument, place, operator);
      default:
        return this.#walk(node, place);
    }
  }
}

function memberName(node: Extract<AnyNode, { type: 'MemberExpression' }>): string | null {
  const { property } = node;
  if (!node.computed) return property.type === 'Identifier' ? property.name : null;
  return property.type === 'Literal' ? String(property.value) : null;
}
