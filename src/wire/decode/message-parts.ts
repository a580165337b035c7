// What a message refers to besides its own bytes, as encode/message-table.ts wrote it.
import { bytes, startOfBlock } from '../../kernel/index.ts';
import { HAS_TABLE, TABLE_AT } from '../format.ts';
import { ByteReader } from './byte-reader.ts';

/** A module as its importer names it. */
export interface ModuleName {
  /** URL of the importing module; '' when the specifier is absolute. */
  readonly parent: string;
  readonly specifier: string;
  readonly attributes: Readonly<Record<string, string>> | null;
}

/** A code: its id, and where in which buffer it is written. */
export interface CodePart {
  readonly id: number;
  readonly bytes: Buffer;
}

/** The table of a message; empty for one that has none. */
export class MessageParts {
  /** Blocks of recipes, and other blocks, that the message holds. */
  readonly recipes: number[] = [];
  readonly handles: number[] = [];
  readonly modules: ModuleName[] = [];
  readonly codes: CodePart[] = [];

  constructor(source: Buffer, start: number) {
    const reader = new ByteReader(source, start);
    if ((reader.byte() & HAS_TABLE) === 0) return;
    reader.position = TABLE_AT;
    reader.position = reader.uint32();
    for (const handles of [this.recipes, this.handles]) {
      for (let left = reader.count(); left > 0; left--) handles.push(reader.uint32());
    }
    for (let left = reader.count(); left > 0; left--) {
      const parent = reader.string();
      const specifier = reader.string();
      const attributes = reader.string();
      this.modules.push({
        parent,
        specifier,
        attributes: attributes === '' ? null : (JSON.parse(attributes) as Record<string, string>),
      });
    }
    for (let left = reader.count(); left > 0; left--) {
      const id = reader.float64();
      this.codes.push({ id, bytes: reader.aligned(reader.uint32()) });
    }
  }
}

/** The table of the message in a block. */
export function partsOfBlock(handle: number): MessageParts {
  return new MessageParts(bytes, startOfBlock(handle));
}
