// Writes one value as a message.
//
// Here are the values that most messages are made of. What is rarer (functions, classes and their
// instances, errors, symbols) is in rare/rare.ts.
//
// The path to a value is not kept while writing. When a value cannot travel, it is searched for
// (path.ts).
import { types } from 'node:util';
import { handleOf } from '../../kernel/index.ts';
import type { Draft } from '../functions/codes.ts';
import * as form from '../format.ts';
import { ByteWriter } from './byte-writer.ts';
import { writeBuffer, writeView } from './buffers.ts';
import { writeLive } from './live.ts';
import { MessageTable } from './tables/message-table.ts';
import { ObjectNumbers } from './tables/object-numbers.ts';
import { hasMoreThanElements, isSparse } from './arrays.ts';
import { isUnusual, writePacked } from './plain.ts';
import type { Plain } from './plain.ts';
import { refusalError, refusalFor } from './refusal.ts';
import type { Context, Refusal } from './refusal.ts';
import { Shapes } from './tables/shapes.ts';
import type { Shape } from './tables/shapes.ts';
import type { Checkpoint, Home, RareWriters } from './surroundings.ts';
import type { Passage } from '../passage.ts';
import { shorten } from './tables/shorten.ts';

// Deeper containers are written after the others, so that a long list of nodes does not exhaust the
// stack.
const DEEPEST = 200;
/** What a captured variable takes of the stack, in containers. */
const CONTEXT_LEVELS = 4;

const OBJECT_PROTOTYPE = Object.prototype;
const ARRAY_PROTOTYPE = Array.prototype;

/** Writes values, one message at a time. */
export class Encoder {
  readonly out: ByteWriter = new ByteWriter();
  readonly table: MessageTable = new MessageTable();
  /** Functions whose text is written when all functions of the message are known. */
  readonly drafts: Draft[] = [];
  readonly rare: RareWriters;
  readonly home: Home;
  /** For a process with which no memory is shared. */
  passage: Passage | null = null;
  readonly #numbers = new ObjectNumbers();
  readonly #shapes = new Shapes();
  /** Containers whose contents are still to be written. */
  readonly #later: object[] = [];
  readonly #contexts: Context[] = [];
  #depth = 0;
  #isRecipe = false;

  constructor(rare: RareWriters, home: Home) {
    this.rare = rare;
    this.home = home;
  }

  /** Writes a message, or a recipe, and gives its length. Who does not send it calls undo(). */
  encode(value: unknown, label: Context['label'], isRecipe = false): number {
    const { out } = this;
    out.begin(form.HEADER_BYTES);
    this.#isRecipe = isRecipe;
    this.#contexts.push({ label, value });
    try {
      this.write(value);
      const flags = this.#writeRest();
      if (flags !== 0) out.setByte(0, flags);
      return out.length;
    } catch (error) {
      throw refusalError(error, this.#contexts, this.home.border);
    }
  }

  /** Lets go of what the message holds: it is not sent after all. */
  undo(): void {
    this.table.rewind({ recipes: 0, handles: 0, modules: 0, codes: 0 });
  }

  /** Makes the encoder ready for the next message. */
  clear(): void {
    this.out.clear();
    shorten(this.#contexts, 0);
    this.#depth = 0;
    this.passage = null;
    if (this.#numbers.count > 0) this.#numbers.clear();
    if (!this.#shapes.isEmpty) this.#shapes.rewind(0);
    shorten(this.#later, 0);
    shorten(this.drafts, 0);
    if (!this.table.isEmpty) this.table.clear();
  }

  /** Whether a recipe is being written, of which everything stays as it is. */
  get isRecipe(): boolean {
    return this.#isRecipe;
  }

  /** Writes a value. */
  write(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.out.string(value);
      case 'number':
        return this.out.number(value);
      case 'boolean':
        return this.out.byte(value ? form.TRUE : form.FALSE);
      case 'undefined':
        return this.out.byte(form.UNDEFINED);
      case 'bigint':
        this.out.byte(form.BIGINT);
        return this.out.string(value.toString(16));
      case 'object':
        if (value === null) return this.out.byte(form.NULL);
        return this.#object(value);
      default:
        return this.#identified(value as symbol | object);
    }
  }

  /** Writes the handle of a recipe. */
  writeRecipe(value: object, handle: number): void {
    this.#numbers.add(value);
    this.table.holdRecipe(handle);
    this.out.byte(form.RECIPE);
    this.out.uint32(handle);
  }

  /** Writes a reference to what was met before; false if it was not. */
  writeReference(value: object | symbol): boolean {
    const number = this.#numbers.find(value);
    if (number < 0) return false;
    this.out.byte(form.REFERENCE);
    this.out.count(number);
    return true;
  }

  /** Gives the next number to an object; to nothing that can be met again, without one. */
  number(value: object | symbol | null): number {
    return this.#numbers.add(value);
  }

  /** How many numbers have been given. */
  get numbers(): number {
    return this.#numbers.count;
  }

  /** Writes own properties one by one: a count, then keys and values. */
  writeProperties(value: object, keys: readonly PropertyKey[]): void {
    this.out.count(keys.length);
    for (const key of keys) {
      this.write(key);
      this.write((value as Record<PropertyKey, unknown>)[key]);
    }
  }

  /** Writes the entries of a Map. */
  writeEntries(map: ReadonlyMap<unknown, unknown>): void {
    this.out.count(map.size);
    for (const [key, value] of map) {
      this.write(key);
      this.write(value);
    }
  }

  /** Writes the items of a Set. */
  writeItems(set: ReadonlySet<unknown>): void {
    this.out.count(set.size);
    for (const item of set) this.write(item);
  }

  /** Begins a container: gives it a number, and says whether its contents are to come now. */
  begin(value: object): boolean {
    this.#numbers.add(value);
    if (this.#depth < DEEPEST) return true;
    this.out.byte(form.LATER);
    this.#later.push(value);
    return false;
  }

  /** Goes into a container, or out of it with -1. */
  descend(levels: number): void {
    this.#depth += levels;
  }

  /** Names a value that is written next, for messages. */
  enter(context: Context): void {
    this.#contexts.push(context);
    this.#depth += CONTEXT_LEVELS;
  }

  leave(): void {
    this.#contexts.pop();
    this.#depth -= CONTEXT_LEVELS;
  }

  get contexts(): readonly Context[] {
    return this.#contexts;
  }

  /** Stops: a value cannot travel. */
  refuse(refusal: Refusal, contexts: readonly Context[] = this.#contexts): never {
    throw refusalFor(refusal, contexts, this.home.border);
  }

  checkpoint(): Checkpoint {
    return {
      length: this.out.length,
      numbers: this.#numbers.count,
      shapes: this.#shapes.count,
      later: this.#later.length,
      contexts: this.#contexts.length,
      drafts: this.drafts.length,
      depth: this.#depth,
      table: this.table.mark(),
    };
  }

  /** Takes back all that was written after a checkpoint. */
  rewind(checkpoint: Checkpoint): void {
    this.out.truncate(checkpoint.length);
    this.#numbers.truncate(checkpoint.numbers);
    this.#shapes.rewind(checkpoint.shapes);
    shorten(this.#later, checkpoint.later);
    shorten(this.#contexts, checkpoint.contexts);
    shorten(this.drafts, checkpoint.drafts);
    this.#depth = checkpoint.depth;
    this.table.rewind(checkpoint.table);
  }

  /** A symbol or a function. */
  #identified(value: symbol | object): void {
    if (this.writeReference(value)) return;
    const recipe = typeof value === 'symbol' ? undefined : this.home.recipeOf(value);
    if (recipe === undefined) this.rare.writeRare(this, value);
    else this.writeRecipe(value as object, recipe);
  }

  #object(value: object): void {
    if (this.writeReference(value)) return;
    if (this.#isRecipe) this.rare.requireStable(this, value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (types.isProxy(value)) return this.#other(value);
    if (prototype === OBJECT_PROTOTYPE) return this.#plain(value as Plain);
    if (prototype === ARRAY_PROTOTYPE && Array.isArray(value)) return this.#array(value);
    return this.#other(value);
  }

  #plain(value: Plain): void {
    const keys = Object.keys(value);
    if (isUnusual(value, keys)) return this.rare.writeRare(this, value);
    if (!this.begin(value)) return this.out.byte(form.OBJECT);
    this.#plainContents(value, keys);
  }

  /** With its tag. */
  #plainContents(value: Plain, keys: readonly string[]): void {
    const { out } = this;
    const shape = this.#shapes.meet(keys);
    this.#depth++;
    if (shape === null) {
      out.byte(form.OBJECT);
      out.count(keys.length);
      for (const key of keys) {
        out.key(key);
        this.write(value[key]);
      }
    } else {
      this.#shape(shape);
      for (const key of shape.keys) this.write(value[key]);
    }
    this.#depth--;
  }

  #shape(shape: Shape): void {
    const { out } = this;
    if (shape.id >= 0) {
      out.byte(form.SHAPED);
      return out.count(shape.id);
    }
    this.#shapes.define(shape);
    out.byte(form.SHAPE);
    out.count(shape.keys.length);
    for (const key of shape.keys) out.key(key);
  }

  #array(value: readonly unknown[]): void {
    if (hasMoreThanElements(value) || isSparse(value)) return this.rare.writeRare(this, value);
    if (writePacked(this, value)) return;
    const isNow = this.begin(value);
    this.out.byte(form.ARRAY);
    this.out.count(value.length);
    if (isNow) this.#elements(value);
  }

  #elements(value: readonly unknown[]): void {
    this.#depth++;
    for (let i = 0; i < value.length; i++) {
      const element = value[i];
      if (element === undefined && !(i in value)) this.out.byte(form.HOLE);
      else this.write(element);
    }
    this.#depth--;
  }

  #other(value: object): void {
    const handle = handleOf(value);
    if (handle !== undefined) return writeLive(this, value, handle);
    switch (Object.getPrototypeOf(value)) {
      case Map.prototype:
        if (types.isMap(value)) return this.#map(value);
        break;
      case Set.prototype:
        if (types.isSet(value)) return this.#set(value);
        break;
      case Date.prototype:
        if (!types.isDate(value)) break;
        this.#numbers.add(value);
        this.out.byte(form.DATE);
        return this.out.float64(value.getTime());
      case RegExp.prototype:
        if (!types.isRegExp(value)) break;
        this.#numbers.add(value);
        this.out.byte(form.REGEXP);
        this.out.string(value.source);
        return this.out.string(value.flags);
      default:
        if (ArrayBuffer.isView(value) && writeView(this, value)) return;
        if (value instanceof ArrayBuffer && writeBuffer(this, value)) return;
    }
    this.rare.writeRare(this, value);
  }

  #map(value: ReadonlyMap<unknown, unknown>): void {
    const isNow = this.begin(value);
    this.out.byte(form.MAP);
    if (!isNow) return;
    this.#depth++;
    this.writeEntries(value);
    this.#depth--;
  }

  #set(value: ReadonlySet<unknown>): void {
    const isNow = this.begin(value);
    this.out.byte(form.SET);
    if (!isNow) return;
    this.#depth++;
    this.writeItems(value);
    this.#depth--;
  }

  /** Writes what comes after the body, and gives the message's flags. */
  #writeRest(): number {
    const { out, table } = this;
    let flags = this.#isRecipe ? form.IS_RECIPE : 0;
    if (this.#later.length > 0) {
      flags |= form.HAS_LATER;
      // Writing contents may find more that lies too deep.
      for (const value of this.#later) {
        out.byte(1);
        out.count(this.#numbers.find(value));
        this.#lateContents(value);
      }
      out.byte(0);
    }
    if (this.drafts.length > 0) this.rare.writeCodes(this, this.drafts);
    if (!table.isEmpty) {
      flags |= form.HAS_TABLE;
      out.putUint32At(form.TABLE_AT, out.length);
      table.writeTo(out);
    }
    return flags;
  }

  /** With the tag first. */
  #lateContents(value: object): void {
    if (types.isMap(value) && Object.getPrototypeOf(value) === Map.prototype) {
      this.out.byte(form.MAP);
      this.writeEntries(value);
    } else if (types.isSet(value) && Object.getPrototypeOf(value) === Set.prototype) {
      this.out.byte(form.SET);
      this.writeItems(value);
    } else if (Array.isArray(value) && Object.getPrototypeOf(value) === ARRAY_PROTOTYPE) {
      if (hasMoreThanElements(value)) return this.rare.writeLateContents(this, value);
      this.out.byte(form.ARRAY);
      this.out.count(value.length);
      this.#elements(value);
    } else if (Object.getPrototypeOf(value) === OBJECT_PROTOTYPE) {
      const keys = Object.keys(value);
      if (isUnusual(value as Plain, keys)) return this.rare.writeLateContents(this, value);
      this.#plainContents(value as Plain, keys);
    } else this.rare.writeLateContents(this, value);
  }
}
