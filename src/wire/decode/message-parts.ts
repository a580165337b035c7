// What a message refers to besides its own bytes, as encode/tables/message-table.ts wrote it.
import { bytesOf, offsetOf } from '../../kernel/index.ts';
import { HAS_TABLE, TABLE_AT } from '../format.ts';
import { ByteReader } from './byte-reader.ts';

/** A module as its importer names it. */
export interface ModuleName {
  /** URL of the importing module; '' when the specifier is absolute. */
  readonly parent: string;
  readonly specifier: string;
  readonly attributes: Readonly<Record<string, string>> | null;
}

/** A code: the process that it is from, its number there, and what reads it: mostly nobody does. */
export interface CodePart {
  readonly origin: number;
  readonly id: number;
  readonly reader: ByteReader;
}

const NOTHING: readonly never[] = [];

/**
 * The table of a message; empty for one that has none. Most messages with a function hold one
 * recipe, and nothing else: they are read and let go of without a list for each sort.
 */
export class MessageParts {
  /** Blocks of recipes, and other blocks, that the message holds. */
  readonly recipes: readonly number[] = NOTHING;
  readonly handles: readonly number[] = NOTHING;
  readonly modules: readonly ModuleName[] = NOTHING;
  readonly codes: readonly CodePart[] = NOTHING;

  constructor(source: Buffer, start: number) {
    const reader = new ByteReader(source, start);
    if ((reader.byte() & HAS_TABLE) === 0) return;
    reader.position = TABLE_AT;
    reader.position = reader.uint32();
    this.recipes = list(reader, handleAt);
    this.handles = list(reader, handleAt);
    this.modules = list(reader, moduleAt);
    this.codes = list(reader, codeAt);
  }
}

function list<T>(reader: ByteReader, read: (reader: ByteReader) => T): readonly T[] {
  let left = reader.count();
  if (left === 0) return NOTHING;
  const items: T[] = [];
  for (; left > 0; left--) items.push(read(reader));
  return items;
}

function handleAt(reader: ByteReader): number {
  return reader.uint32();
}

function moduleAt(reader: ByteReader): ModuleName {
  const parent = reader.string();
  const specifier = reader.string();
  const text = reader.string();
  const attributes = text === '' ? null : (JSON.parse(text) as Record<string, string>);
  return { parent, specifier, attributes };
}

function codeAt(reader: ByteReader): CodePart {
  const origin = reader.float64();
  const id = reader.float64();
  return { origin, id, reader: reader.alignedPart(reader.uint32()) };
}

/** Whether the message in a block refers to anything. */
export function hasTable(handle: number): boolean {
  return ((bytesOf(handle)[offsetOf(handle)] as number) & HAS_TABLE) !== 0;
}

/** The table of the message in a block. */
export function partsOfBlock(handle: number): MessageParts {
  return new MessageParts(bytesOf(handle), offsetOf(handle));
}
