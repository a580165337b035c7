// Why a value cannot travel, in words: where it is, what it is, and what to do.
import { TransferError } from '../../errors/index.ts';
import type { Encoder } from './encoder.ts';
import { pathTo } from './path.ts';
import type { Border } from '../format.ts';

const HAVE_IT_RUN = 'Have the process that made it run the tasks, and send their results';
/** What cannot be sent whatever one does, and what to do instead. */
const CURES: Readonly<Record<string, string>> = {
  Promise: 'Await it, and send its value',
  Generator: 'Send the function that makes it, or the values as an array',
  AsyncGenerator: 'Send the function that makes it, or the values as an array',
  AbortSignal:
    'Make one inside the thread; currentThread().signal tells when the thread is to stop',
  MessagePort: 'Use a Queue, or a pipe: both can be sent',
  WeakRef: 'Send what it refers to',
  Pool: HAVE_IT_RUN,
  ProcessPoolExecutor: HAVE_IT_RUN,
};
/** For whatever else has no form in which it could travel. */
export const MAKE_IT_THERE =
  'Make it inside the thread, or register how it travels: registerTransfer()';

/** For memory that the threads of one process share. */
export const SHARE_BETWEEN =
  'Share it by SharedMemory or Array of heddle/multiprocessing, or send a copy of its bytes';

/** A value that is being written under a name of its own: the root, or a captured variable. */
export interface Context {
  /** "args", "captured variable 'db'"; of an array, the names of its elements. */
  readonly label: string | readonly string[];
  readonly value: unknown;
  /** The function that captures it, and where in its source. */
  readonly owner?: object;
  readonly place?: () => string;
}

/** Reasons, as codes without ERR_HEDDLE_. */
export type Reason =
  | 'CAPTURED_ASSIGNMENT'
  | 'CAPTURED_THIS'
  | 'CAPTURED_TDZ'
  | 'CAPTURED_ARGUMENTS'
  | 'CAPTURED_SUPER'
  | 'CAPTURED_NEW_TARGET'
  | 'DIRECT_EVAL'
  | 'PRIVATE_FIELDS'
  | 'NATIVE_FUNCTION'
  | 'UNCLONEABLE'
  | 'MODULE_OBJECT'
  | 'UNPARSABLE'
  | 'NO_INSPECTOR';

/** A value that cannot travel. */
export interface Refusal {
  readonly reason: Reason;
  /** What cannot travel. */
  readonly value: unknown;
  /** What it is or does, after "as". */
  readonly state: string;
  readonly cure: string;
  /** Where in the source, when it is not that of the context. */
  readonly place?: string;
  readonly cause?: unknown;
}

/** The error for a value that cannot travel. */
export function refusalFor(
  refusal: Refusal,
  contexts: readonly Context[],
  border: Border,
): TransferError {
  const { reason, value, state, cure } = refusal;
  const place = refusal.place ?? contexts.at(-1)?.place?.();
  const where = place === undefined ? '' : ` (${place})`;
  const options = { code: `ERR_HEDDLE_${reason}` };
  return new TransferError(
    `Cannot send ${pathThrough(contexts, value)}${where} to another ${border} as ${state}\n${cure}`,
    'cause' in refusal ? { ...options, cause: refusal.cause } : options,
  );
}

/** What is thrown for any error met while writing. */
export function refusalError(
  error: unknown,
  contexts: readonly Context[],
  border: Border,
): unknown {
  if (!isStackOverflow(error)) return error;
  const root = begin(contexts[0]?.label ?? 'the value', '');
  return new TransferError(
    `Cannot send ${root} to another ${border} as it is nested too deeply\n` +
      'Send it flat: a list of nodes that name each other by index',
    { code: 'ERR_HEDDLE_UNCLONEABLE', cause: error },
  );
}

/** The value and the variables it hangs on: "target → captured variable 'config'.log". */
function pathThrough(contexts: readonly Context[], value: unknown): string {
  return contexts
    .map((context, i) => {
      const next = contexts[i + 1];
      const path = pathTo(context.value, next === undefined ? value : next.owner);
      return begin(context.label, path);
    })
    .join(' → ');
}

function begin(label: Context['label'], path: string): string {
  if (typeof label === 'string') return label + path;
  const [first = '', index = ''] = /^\[(\d+)\]/.exec(path) ?? [];
  return (label[Number(index)] ?? label.join(' or ')) + path.slice(first.length);
}

/** What kind of object something is: "Promise". */
export function kindOf(value: object): string {
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (tag !== 'Object') return tag;
  const { constructor } = value as { constructor?: { name?: unknown } };
  const name = constructor?.name;
  return typeof name === 'string' && name !== '' ? name : tag;
}

/** The same with its article: "a Promise". */
export function nameKind(value: object): string {
  const kind = kindOf(value);
  return `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** Stops: an object of a kind that no thread can be sent. */
export function refuseKind(
  encoder: Encoder,
  value: object,
  kind: string,
  what: string = nameKind(value),
): never {
  return refuse(
    encoder,
    value,
    `${what}, which cannot leave its ${encoder.home.border}`,
    CURES[kind] ?? MAKE_IT_THERE,
  );
}

/** What can be done about one of our own objects that has no place outside of this process. */
const ABROAD: Readonly<Record<string, string>> = {
  Process: 'Send its name, or what it gives through a Queue',
  Thread: 'Start one there',
  Timer: 'Start one there',
  SharedDict: 'Make it by dict() of a Manager() instead',
  SharedList: 'Make it by list() of a Manager() instead',
  Namespace: 'Make it by Namespace() of a Manager() instead',
};

/** Stops: one of our own objects that has no place outside of this process. */
export function refuseOwn(encoder: Encoder, value: object): never {
  const kind = kindOf(value);
  const what = `${nameKind(value)} that only the threads of this process share`;
  const cure = ABROAD[kind] ?? `Make the ${kind} of heddle/multiprocessing instead`;
  return refuse(encoder, value, what, cure);
}

/** Stops: a value of which no more is to say than what it is. */
export function refuse(encoder: Encoder, value: object, what: string, cure: string): never {
  return encoder.refuse({ reason: 'UNCLONEABLE', value, state: `it is ${what}`, cure });
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}
