// The kernel: shared memory, and sleeping and waking in it. README.md tells the protocol.
export * as atomics from './atomics.ts';
export type { Cells, WideCells } from './atomics.ts';
export { loadLate } from './late.ts';
export { mayBlock, nowMs, toDeadline, toMs } from './deadline.ts';
export { toPatience } from './patience.ts';
export type { Duration } from './deadline.ts';
export { defineOwner, ownerOf } from './deadlock/graph.ts';
export type { Edge } from './deadlock/graph.ts';
export { describeDeadlock, provideOnlooker } from './deadlock/search.ts';
export type { Deadlock } from './deadlock/search.ts';
export {
  buryOrphans,
  buryProcess,
  buryThread,
  endThread,
  whenThreadEnds,
} from './family/ending.ts';
export {
  bequest,
  family,
  familyIfEntered,
  homeOf,
  isFamily,
  ownSlotOf,
  ownTid,
  renameInFamily,
} from './family/family.ts';
export { nameInSlot, processName } from './family/name.ts';
export { newFamilyBytes } from './family/bytes.ts';
export { loadNative, nativeFile } from './family/native.ts';
export { givenFlags, hideOurFlags, startingFlags } from './family/room.ts';
export {
  hostAddress,
  isAlone,
  isClient,
  nativeIfAny,
  requireNative,
  serveFamilyAlone,
  setHostAddress,
} from './family/role.ts';
export { enableGil, isGilOn, joinGil } from './gil/callbacks.ts';
export { checkpoint, leaveGil, withoutGil } from './gil/gil.ts';
export { intervalMs, setIntervalMs } from './gil/interval.ts';
export { ask, beKeeper, fetch, mournKeeper, provideKeeper, whenKeeperFails } from './hub.ts';
export type { Answer, Employee, Request } from './hub.ts';
export {
  Arena,
  arena,
  FAMILY_VARIABLE,
  inheritance,
  INHERITANCE_KEY,
  inheritedFamily,
} from './memory/arena.ts';
export type { Inheritance } from './memory/arena.ts';
export { addHolding, takeHolding } from './memory/holdings.ts';
export {
  allocate,
  byteLengthOf,
  bytesOf,
  cells,
  offsetOf,
  referencesTo,
  retain,
  tryRetain,
  usage,
} from './memory/blocks.ts';
export {
  codeForChildren,
  codeForWorkers,
  exportOfOurs,
  hasScripts,
  programFile,
  shareCode,
} from './memory/code.ts';
export {
  abroadOf,
  defineKind,
  kindName,
  lacksKinds,
  loadKinds,
  numberOfKind,
  release,
} from './memory/kinds.ts';
export type { KindOptions } from './memory/kinds.ts';
export {
  ABANDONED,
  ASLEEP,
  HEADER,
  LAUNCHING,
  PARKED,
  PRIM,
  PRIM_TYPE,
  READ,
  READING,
  RELEASED_BY,
  SLOT,
  SLOT_MASK,
  SLOT_STATE,
  TID_MASK,
  WRITE,
} from './memory/layout.ts';
export { hasHooks, isRequired, mayBeCopied } from './memory/own-copy.ts';
export { createParcel, openParcel, releaseParcels } from './memory/parcels.ts';
export type { Birth } from './memory/shared-object.ts';
export {
  Attachment,
  attach,
  discard,
  discardLent,
  discardWithThread,
  bearInFamily,
  handleOf,
  keepForSite,
  releaseAll,
  shareAcrossProcesses,
  SharedObject,
  takeBirthplace,
} from './memory/shared-object.ts';
export { findSite, recordSite, siteOf } from './memory/sites.ts';
export { PLAIN, readText, readTextAt, writeText } from './memory/strings.ts';
export { waitBarrierAsync, waitBarrierBlocking } from './primitives/barrier-wait.ts';
export {
  abortBarrier,
  BARRIER,
  BROKEN,
  countArrived,
  endAction,
  FIRST,
  isActing,
  isBroken,
  KEPT,
  resetBarrier,
} from './primitives/barrier-word.ts';
export {
  freeReaders,
  initReaders,
  ownReader,
  reads,
  RWLOCK_CELLS,
} from './primitives/rwlock-readers.ts';
export { takeSideAsync, takeSideBlocking } from './primitives/rwlock-wait.ts';
export {
  isReadHeld,
  isWriteHeld,
  readAtOnce,
  releaseRead,
  releaseWrite,
  trySide,
} from './primitives/rwlock-word.ts';
export type { ConditionOutcome } from './primitives/condition-wait.ts';
export { waitConditionAsync, waitConditionBlocking } from './primitives/condition-wait.ts';
export { initCondition, lockOfCondition, notifyCondition } from './primitives/condition-word.ts';
export { permitAsync } from './primitives/semaphore-async.ts';
export {
  freePermits,
  initSemaphore,
  permitBlocking,
  PERMITS,
  releasePermits,
} from './primitives/semaphore-word.ts';
export { giveUpClaim, isClaimed, slotOfClaim, textOfClaim } from './primitives/queue/claims.ts';
export { ADDED, INCOMPARABLE, ORDER, QUEUE, SHUT } from './primitives/queue/layout.ts';
export * as queues from './primitives/queue/queue.ts';
export type { Rank } from './primitives/queue/shelf.ts';
export { takeTurn, takeTurnAsync, wakeNext } from './primitives/turns.ts';
export type { Line } from './primitives/turns.ts';
export { keepName, nameOfEnded } from './table/ended.ts';
export { hold, letGo } from './table/holding.ts';
export { hasDied, startOf, UNKNOWN_START } from './table/liveness.ts';
export { ownNamespace, procOf } from './table/proc.ts';
export { isAnyUnstopped, mayStop, unstopped, unterminated } from './table/unstopped.ts';
export { forgetPath, keepPath, removePaths } from './table/paths.ts';
export { ownStack, requestStacks, stackOf } from './table/stacks.ts';
export { burySlot, claimSlot, reapThread } from './table/slots.ts';
export { isAgent, perform, performBy } from './perform.ts';
export { provideUncaught, reportUncaught } from './uncaught.ts';
export type { Patience } from './waiting/async-wait.ts';
export {
  betweenSlices,
  blockWhile,
  blockWhileHolds,
  doChores,
  glance,
  setSlice,
  showWaiting,
  sleepUntil,
} from './waiting/blocking.ts';
export { attended } from './waiting/doorbell.ts';
export { clearEvent, isEventSet, setEvent, waitEventBlocking } from './waiting/event-word.ts';
export { lockAsync, waitEventAsync } from './waiting/lock-async.ts';
export { lockBlocking, TAKEN, TAKEN_ABANDONED, tryLock, unlock } from './waiting/lock-word.ts';
export { lockSide, tryLockSide, unlockSide } from './waiting/side-lock.ts';
export { initPrim } from './waiting/primitive.ts';
