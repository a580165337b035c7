// What a message refers to besides its own bytes: blocks that it holds, modules to import, texts of
// functions.
//
// Each block has been retained for the message when it is put here. A message that is not sent
// after all releases them.
import { release, retain } from '../../../kernel/index.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { shorten } from './shorten.ts';

/** A module as its importer names it. */
export interface ModuleName {
  /** URL of the importing module; '' when the specifier is absolute. */
  readonly parent: string;
  readonly specifier: string;
  readonly attributes: Readonly<Record<string, string>> | null;
}

/**
 * The text of a function with all that does not differ between the closures of one place, as an
 * encoded value.
 */
export interface EncodedCode {
  /** The process that it is from, and its number there. */
  readonly origin: number;
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** How much of a table was there at some moment. */
export interface TableMark {
  readonly recipes: number;
  readonly handles: number;
  readonly modules: number;
  readonly codes: number;
}

/** The table of one message. */
export class MessageTable {
  readonly #recipes: number[] = [];
  readonly #handles: number[] = [];
  readonly #modules: string[] = [];
  readonly #moduleNames: ModuleName[] = [];
  readonly #codes: EncodedCode[] = [];

  get isEmpty(): boolean {
    if (this.#recipes.length + this.#handles.length > 0) return false;
    return this.#modules.length + this.#codes.length === 0;
  }

  /** Holds the block of a recipe for the message. */
  holdRecipe(handle: number): void {
    retain(handle);
    this.#recipes.push(handle);
  }

  /** Takes over the caller's reference to any other block. */
  adopt(handle: number): void {
    this.#handles.push(handle);
  }

  /** The number of a module in the message. */
  module(name: ModuleName): number {
    const key = `${name.parent}\n${name.specifier}`;
    const known = this.#modules.indexOf(key);
    if (known >= 0) return known;
    this.#moduleNames.push(name);
    return this.#modules.push(key) - 1;
  }

  /** The number that the next code will have; the code itself may come later. */
  get codeCount(): number {
    return this.#codes.length;
  }

  /** The number of a code in the message. */
  code(code: EncodedCode): number {
    const known = this.#codes.indexOf(code);
    return known >= 0 ? known : this.#codes.push(code) - 1;
  }

  mark(): TableMark {
    return {
      recipes: this.#recipes.length,
      handles: this.#handles.length,
      modules: this.#modules.length,
      codes: this.#codes.length,
    };
  }

  /** Lets go of all that came after a mark. */
  rewind(mark: TableMark): void {
    for (const handle of this.#recipes.splice(mark.recipes)) release(handle);
    for (const handle of this.#handles.splice(mark.handles)) release(handle);
    shorten(this.#modules, mark.modules);
    shorten(this.#moduleNames, mark.modules);
    shorten(this.#codes, mark.codes);
  }

  /** Forgets everything; the references are the message's now. */
  clear(): void {
    shorten(this.#recipes, 0);
    shorten(this.#handles, 0);
    shorten(this.#modules, 0);
    shorten(this.#moduleNames, 0);
    shorten(this.#codes, 0);
  }

  /** Writes the table; decode/message-parts.ts reads it. */
  writeTo(out: ByteWriter): void {
    for (const handles of [this.#recipes, this.#handles]) {
      out.count(handles.length);
      for (const handle of handles) out.uint32(handle);
    }
    out.count(this.#moduleNames.length);
    for (const { parent, specifier, attributes } of this.#moduleNames) {
      out.string(parent);
      out.string(specifier);
      out.string(attributes === null ? '' : JSON.stringify(attributes));
    }
    out.count(this.#codes.length);
    for (const { origin, id, bytes } of this.#codes) {
      out.float64(origin);
      out.float64(id);
      out.uint32(bytes.length);
      out.aligned(bytes);
    }
  }
}
