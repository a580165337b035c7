// Stands in for the wire room in the model: of that, the slots of items are real.
export * from '../../../src/wire/slots.ts';
export { load, store } from './message.ts';

/** No thread of the model has a task or a result. */
export function drop(block: number): never {
  throw new TypeError(`Cannot drop the message ${block} in the model as threads have none there`);
}
