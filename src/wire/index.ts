// The room of messages: values to bytes, functions to recipes, and back.
export {
  decode,
  decodeAsync,
  drop,
  encode,
  functionBlock,
  functionOf,
  handlesIn,
  importModules,
  importsFor,
  load,
  loadAsync,
  prepareFunctions,
  rehearse,
  releaseBytes,
  store,
} from './message.ts';
export { hasMoreThanElements } from './encode/arrays.ts';
export { providePassage } from './passage.ts';
export type { Passage } from './passage.ts';
export { nameThreadBy } from './decode/errors.ts';
export { isImporting } from './decode/modules.ts';
export { fromModule, referenceTo, registerTransfer } from './public.ts';
export type { TransferHooks } from './transfers.ts';
export {
  dropSlot,
  holdSlot,
  isItself,
  isMessage,
  knownSlot,
  readItem,
  readItemAsync,
  writeItem,
} from './slots.ts';
