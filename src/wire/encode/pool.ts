// Encoders that are idle, to be used again: a new one for every message would be half its cost.
import { Encoder } from './encoder.ts';
import type { RareWriters } from './encoder.ts';

const idle: Encoder[] = [];

/**
 * An encoder that is ready; several may be at work, one for a recipe within the message of another.
 */
export function takeEncoder(rare: RareWriters): Encoder {
  return idle.pop() ?? new Encoder(rare);
}

/** Gives back an encoder, whatever has become of its message. */
export function giveBackEncoder(encoder: Encoder): void {
  encoder.clear();
  idle.push(encoder);
}
