// The slots of a container's items: wire/slots.ts.
export {
  dropSlot,
  holdSlot,
  isItself,
  isMessage,
  knownSlot,
  readItem,
  writeItem,
} from '../../wire/index.ts';
