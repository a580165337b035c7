// Stands in for the wire room in the model: of that, the slots of items are real.
export * from '../../../src/wire/slots.ts';
