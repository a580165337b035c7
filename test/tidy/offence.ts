// What a house rule reports.
import { lineAt, type Source } from '../../tools/sources.ts';

/** A breach of a house rule: where, and what. */
export interface Offence {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** A house rule: looks at one file. */
export type Rule = (source: Source) => Offence[];

/** An offence at an offset of the file's text. */
export function offenceAt(source: Source, offset: number, what: string): Offence {
  return { path: source.path, line: lineAt(source, offset), what };
}

/** An offence in a line, counted from 1. */
export function offenceIn(source: Source, line: number, what: string): Offence {
  return { path: source.path, line, what };
}

/** `path:line: what`, a line each: what a test shows when the rule is broken. */
export function report(offences: readonly Offence[]): string {
  return offences.map(({ path, line, what }) => `${path}:${line}: ${what}`).join('\n');
}
