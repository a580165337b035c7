// The calls of the system that Node.js does not offer: memory that processes share, and sleeping
// and waking in it. Linux only.
//
// koffi makes them: a foreign-function interface that comes compiled. It takes some ms to load
// in each thread, so it is loaded when the first object is made that processes share, and a program
// of threads never loads it.
import { createRequire } from 'node:module';
import { HeddleError } from '../../errors/index.ts';
import { load, store } from '../atomics.ts';
import type { Awakening } from '../atomics.ts';
import { arena, inheritance, inheritedFamily } from '../memory/arena.ts';
import { HEADER } from '../memory/layout.ts';
import { readText, writeText } from '../memory/strings.ts';
// oxlint-disable-next-line import/no-unassigned-import -- who writes to the arena has his slot
import '../table/self.ts';
import { unstopped } from '../table/unstopped.ts';

/** The calls, each for this thread. */
export interface Native {
  /**
   * Makes memory of so many bytes that no file and no name stands for, and gives its descriptor.
   */
  createMemory(byteLength: number): number;
  /** Puts the memory of a descriptor, from a byte of it on, in the place of a part of a buffer. */
  mapInto(
    memory: SharedArrayBuffer,
    offset: number,
    byteLength: number,
    descriptor: number,
    from?: number,
  ): void;
  /** Gives whole pages of memory that was mapped back to the system: they are all 0 then. */
  empty(memory: SharedArrayBuffer, offset: number, byteLength: number): void;
  /** Where in this process a buffer begins. */
  addressOf(memory: SharedArrayBuffer): number;
  /** Blocks while the 32-bit word at an address has a value, for at most `ms`. */
  futexWait(address: number, value: number, ms: number): Awakening;
  /** Wakes at most `count` of those who wait for the word at an address, in whatever process. */
  futexWake(address: number, count: number): void;
}

// The part of koffi's interface that is used here.
interface Koffi {
  load(path: null): {
    func(declaration: string): Call;
    func(name: string, ...type: unknown[]): Call;
  };
  address(view: Uint8Array): bigint;
  errno(): number;
}
type Call = (...args: readonly unknown[]) => number | bigint | null;

const NUMBER_OF_FUTEX: Readonly<Record<string, number>> = { x64: 202, arm64: 98 };
const FUTEX = { WAIT: 0, WAKE: 1 } as const;
const ERRNO = { INTERRUPTED: 4, TIMED_OUT: 110 } as const;
/** MFD_CLOEXEC | MFD_ALLOW_SEALING. */
const MEMORY_FLAGS = 3;
/** F_ADD_SEALS with F_SEAL_SHRINK: memory that is mapped cannot be taken away by truncation. */
const SEAL = { COMMAND: 1033, SHRINK: 2 } as const;
/** PROT_READ | PROT_WRITE. */
const READ_WRITE = 3;
/** MAP_SHARED | MAP_FIXED. */
const SHARED_FIXED = 0x11;
/** MADV_REMOVE. */
const REMOVE = 9;
const COUNT_MAX = 0x7fff_ffff;

let native: Native | null = null;

/**
 * Loads the calls.
 *
 * @throws {HeddleError} if the platform has none, koffi is not there, or HEDDLE_NO_FFI is set; the
 *   message says which
 */
export function loadNative(): Native {
  if (native !== null) return native;
  if (process.env['HEDDLE_NO_FFI'] === '1') throw unavailable('HEDDLE_NO_FFI is set');
  return openNative();
}

/** Loads the calls, whatever HEDDLE_NO_FFI says; throws as {@link loadNative}. */
export function openNative(): Native {
  return (native ??= unstopped(() => makeNative(loadKoffi())));
}

function loadKoffi(): Koffi {
  if (process.platform !== 'linux' || NUMBER_OF_FUTEX[process.arch] === undefined) {
    throw unavailable(`there is no way yet on ${process.platform} ${process.arch}`);
  }
  // The package that holds the compiled code, without the one whose install script would look for
  // it.
  const name = `@koromix/koffi-linux-${process.arch}`;
  try {
    return openKnown() ?? search(name);
  } catch (cause) {
    throw unavailable(`the optional package ${name} does not load`, cause);
  }
}

// Of the 4 ms that it takes to load, 3 are the search: it is done once in a family of processes.
function openKnown(): Koffi | null {
  const file = nativeFile();
  if (file === '') return null;
  const module: { exports: unknown } = { exports: {} };
  try {
    process.dlopen(module, file);
  } catch {
    // It has been moved, perhaps; whoever searches is told.
    return null;
  }
  return module.exports as Koffi;
}

function search(name: string): Koffi {
  const require = createRequire(import.meta.url);
  const koffi = require(name) as Koffi;
  // Not that of another koffi, which the user may have.
  const found = Object.values(require.cache).find(
    (module) => module?.exports === koffi && module.filename.endsWith('.node'),
  );
  if (found !== undefined) remember(found.filename);
  return koffi;
}

// For the other threads of this process, and its children.
function remember(file: string): void {
  store(arena.cells, HEADER.NATIVE_FILE, writeText(arena, file));
}

/** The file of the calls, where this process or an ancestor has found it; otherwise ''. */
export function nativeFile(): string {
  return readText(arena, load(arena.cells, HEADER.NATIVE_FILE));
}

if (inheritance === null && inheritedFamily !== null && inheritedFamily.nativeFile !== '') {
  remember(inheritedFamily.nativeFile);
}

function makeNative(koffi: Koffi): Native {
  const libc = koffi.load(null);
  const map = libc.func(
    'void *mmap(void *address, size_t length, int access, int flags, int fd, int64_t offset)',
  );
  // Its arguments are of the size of a register, which variadic calls pass like others.
  const futex = libc.func('syscall', 'long', [
    'long',
    'uintptr_t',
    'int',
    'uint32_t',
    'void *',
    'uintptr_t',
    'uint32_t',
  ]);
  let advise: Call | undefined;
  const number = NUMBER_OF_FUTEX[process.arch] as number;
  const time = new BigInt64Array(2);
  const check = (result: unknown, call: string): number => {
    if (typeof result === 'number' && result >= 0) return result;
    throw unavailable(`${call} failed with error ${koffi.errno()}`);
  };
  const addressOf = (memory: SharedArrayBuffer): number => {
    return Number(koffi.address(new Uint8Array(memory)));
  };
  return {
    addressOf,
    createMemory(byteLength) {
      // As below: what most children never call is not made at their start.
      const memfd = libc.func('int memfd_create(const char *name, uint32_t flags)');
      const truncate = libc.func('int ftruncate(int fd, int64_t length)');
      const control = libc.func('int fcntl(int fd, int command, int argument)');
      const descriptor = check(memfd('heddle', MEMORY_FLAGS), 'memfd_create');
      check(truncate(descriptor, byteLength), 'ftruncate');
      check(control(descriptor, SEAL.COMMAND, SEAL.SHRINK), 'fcntl');
      return descriptor;
    },
    mapInto(memory, offset, byteLength, descriptor, from = 0) {
      const address = addressOf(memory) + offset;
      const place = BigInt(address);
      const found = map(place, byteLength, READ_WRITE, SHARED_FIXED, descriptor, from);
      if (found === null || BigInt(found) !== place) {
        throw unavailable(`mmap failed with error ${koffi.errno()}`);
      }
    },
    empty(memory, offset, byteLength) {
      advise ??= libc.func('int madvise(uintptr_t address, size_t length, int advice)');
      check(advise(addressOf(memory) + offset, byteLength, REMOVE), 'madvise');
    },
    futexWait(address, value, ms) {
      const whole = Math.floor(ms / 1000);
      time[0] = BigInt(whole);
      time[1] = BigInt(Math.round((ms - whole * 1000) * 1e6));
      if (futex(number, address, FUTEX.WAIT, value >>> 0, time, 0, 0) === 0) return 'ok';
      const error = koffi.errno();
      if (error === ERRNO.TIMED_OUT) return 'timed-out';
      return error === ERRNO.INTERRUPTED ? 'ok' : 'not-equal';
    },
    futexWake(address, count) {
      futex(number, address, FUTEX.WAKE, Math.min(count, COUNT_MAX), null, 0, 0);
    },
  };
}

function unavailable(why: string, cause?: unknown): HeddleError {
  return new HeddleError(`Cannot share memory between processes here as ${why}`, {
    code: 'ERR_HEDDLE_NO_SHARED_MEMORY',
    cause,
  });
}
