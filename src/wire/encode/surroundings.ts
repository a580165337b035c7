// What an encoder is given, and what it gives: types only, so nothing is loaded for them.
import type { Border } from '../format.ts';
import type { Draft } from '../functions/codes.ts';
import type { Reference, Registration } from '../transfers.ts';
import type { Encoder } from './encoder.ts';
import type { TableMark } from './tables/message-table.ts';

/** A moment of the writing that can be gone back to. */
export interface Checkpoint {
  readonly length: number;
  readonly numbers: number;
  readonly shapes: number;
  readonly later: number;
  readonly contexts: number;
  readonly drafts: number;
  readonly depth: number;
  readonly table: TableMark;
}

/**
 * What writes the values that are not plain data; rare/rare.ts has it, which cannot be imported
 * here, as it imports this.
 */
export interface RareWriters {
  writeRare(encoder: Encoder, value: symbol | object): void;
  /** Writes the contents of a container that lay too deep, its tag first. */
  writeLateContents(encoder: Encoder, value: object): void;
  writeCodes(encoder: Encoder, drafts: readonly Draft[]): void;
  /** Stops the writing of a recipe if an object in it may change. */
  requireStable(encoder: Encoder, value: object): void;
  /** Does now what the first function would have to wait for. */
  prepare(): void;
}

/**
 * What the rarer writers need of this thread. It is given to them rather than imported: where a
 * loader like tsx keeps required modules apart from imported ones, they are a copy that knows
 * nothing of the arena, the recipes and the names that the rest of heddle has.
 */
export interface Home {
  /** What lies between the sender and the receiver. */
  readonly border: Border;
  handleOf(value: object): number | undefined;
  createParcel(value: unknown): number;
  /** Whether the receiver can read blocks with recipes, so that it is worth making some. */
  readonly keepsRecipes: boolean;
  recipeOf(value: object): number | undefined;
  /** Writes the recipe of a value to a block; 0 if it may change, or cannot be sent. */
  storeRecipe(rare: RareWriters, value: object): number;
  idOf(value: object | symbol): string;
  isRebuilt(value: object): boolean;
  referenceOf(value: object): Reference | undefined;
  registrationOf(value: object): Registration | undefined;
}
