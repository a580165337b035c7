// The form of a message: tags, flags, and where its parts are.
//
//   byte 0   flags
//   byte 4   offset of the table, with HAS_TABLE
//   then     the body: one value; with HAS_LATER the contents of containers that lay too deep
//   table    handles that the message holds, modules to import, texts of functions; a message of
//            plain data has none
//
// Values are tagged bytes. Each object, function and symbol has the number of its first appearance,
// which REFERENCE names again: so cycles and shared parts are kept. Numbers are in the machine's
// own order, since no message leaves it.

/** What a message crosses: into another thread of this process, or into another process. */
export type Border = 'thread' | 'process';

/** Bytes before the body. */
export const HEADER_BYTES = 8;
/** Byte offset of the table's offset. */
export const TABLE_AT = 4;

/** Flags in byte 0. */
export const HAS_TABLE = 1;
export const HAS_LATER = 2;
/** The message is the recipe of a function that stays as it is. */
export const IS_RECIPE = 4;

// Integers 0 … 127 are their own tag.
export const SMALL_INTEGER = 0x80;

// Primitives.
export const INT32 = 1;
export const DOUBLE = 2;
export const ASCII = 3;
export const LONG_ASCII = 4;
export const TWO_BYTE = 5;
export const TRUE = 6;
export const FALSE = 7;
export const NULL = 8;
export const UNDEFINED = 9;
export const BIGINT = 10;
/** An element that an array does not have. */
export const HOLE = 11;

// Objects of plain data.
export const REFERENCE = 16;
export const OBJECT = 17;
/** An object whose keys become a shape, and one that has the keys of such. */
export const SHAPE = 18;
export const SHAPED = 19;
export const ARRAY = 20;
export const INT32_ARRAY = 21;
export const DOUBLE_ARRAY = 22;
export const MAP = 23;
export const SET = 24;
export const DATE = 25;
export const REGEXP = 26;
export const ARRAY_BUFFER = 27;
export const VIEW = 28;
export const BOXED = 29;
/**
 * Own properties one by one: for keys that are symbols, objects without prototype, arrays with more
 * than elements.
 */
export const PROPERTIES = 30;
/** A heddle object, by its handle. */
export const LIVE = 31;
/** A heddle object that another process has, by its number there and the name of its class. */
export const DISTANT = 33;
/** The container that follows is empty here; its contents come after the body. */
export const LATER = 32;

// The decoder has these in a table instead of a switch.
export const ERROR = 40;
export const INSTANCE = 41;
export const URL_OBJECT = 42;
export const URL_PARAMS = 43;
export const EMPTY_WEAK = 44;
export const PARCEL = 45;
export const TRANSFERRED = 46;
export const REGISTERED_SYMBOL = 47;
export const SYMBOL = 48;
/** Something that every thread has, by its path from globalThis, or from a builtin module. */
export const WELL_KNOWN = 49;
export const BUILTIN = 50;
/** An export of a module of the user's. */
export const IMPORT = 51;
export const COMMONJS = 52;
export const REQUIRE = 53;
export const DYNAMIC_IMPORT = 54;
/** A function or class whose recipe is in a block of its own. */
export const RECIPE = 55;
export const FUNCTION = 56;
export const BOUND = 57;
export const METHOD = 58;
/** The counter of a coverage tool: here it counts nothing. */
export const COUNTER = 59;

/** Bases of the objects that classes make; the index is written. */
export const BASES = ['object', 'array', 'map', 'set', 'error', 'clone'] as const;

/** Kinds of views on a buffer; the index is written. */
export const VIEWS = [
  'Uint8Array',
  'Buffer',
  'Int8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
  'Float16Array',
] as const;

/** Strings up to this length carry it in one byte. */
export const SHORT_LENGTH = 254;
/** Instead of a key's length: the key follows as a string value. */
export const LONG_KEY = 255;

/**
 * A function's text and place, with all that does not differ between the closures of one place. It
 * is in the table of the message.
 */
export interface Code {
  readonly text: string;
  /** URL or path for stack traces; '' for code that has none. */
  readonly file: string;
  /** Where the text begins in the file, from 0. */
  readonly line: number;
  readonly column: number;
  /** Offset of the text in its file, when coverage is being taken; else 0. */
  readonly offset: number;
  readonly isClass: boolean;
  readonly isStrict: boolean;
  /** Start and end of a method's key, which has to be replaced; [] for a function. */
  readonly methodKey: readonly number[];
  /** Start and end of each `import.meta`. */
  readonly importMeta: readonly number[][];
  readonly hasDynamicImport: boolean;
  /** Names of the captured variables, whose values follow each function. */
  readonly names: readonly string[];
  /** For a module-level variable that is assigned: the key of its cell. '' for others. */
  readonly cells: readonly string[];
}
