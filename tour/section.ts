// What the tour is made of: sections of the text, their programs, and what must be seen.
import type { Check } from './checks.ts';
import type { Entry } from './transcript.ts';

/** A section of the text. */
export interface Section {
  readonly number: number;
  readonly title: string;
  /** What the text teaches there, in two or three lines. */
  readonly teaches: readonly string[];
  readonly programs: readonly Program[];
}

/** A program that shows what a section teaches. */
export interface Program {
  /** From the root of the repository. */
  readonly file: string;
  /** How long it takes at the times of the text. */
  readonly seconds: number;
  /** false: it keeps the times of the text, being short. Default true. */
  readonly isShortened?: boolean;
  readonly question?: Question;
  readonly expectations: readonly Expectation[];
}

/** Something that the program asks the user. */
export interface Question {
  /** What the program prints, without a line end, when it asks. */
  readonly prompt: string;
  /** What the text has the user type. */
  readonly answer: string;
  /** How long the tour takes to type it, in seconds of the text. */
  readonly thinkSeconds: number;
  /** Whether all is there that the user should have seen before the answer. */
  readonly isReady: (entries: readonly Entry[]) => boolean;
  /** What comes of any other answer. */
  readonly otherwise: string;
}

/** Something that the text says must be seen. */
export interface Expectation {
  readonly claim: string;
  readonly check: Check;
}
