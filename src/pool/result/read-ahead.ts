// How far a lazy map reads ahead of its results, and how many items go into a message.
//
// What the user does not say is chosen: a chunk grows until it takes so long, and each worker has
// one and another one waiting. Where items are large it stays so small that all of these fit into
// so many bytes; and where they do not all the same, each worker has one.

/** A chunk whose size is left to us grows until it takes so long, so that results come steadily. */
const CHUNK_MS = 20;
const LARGEST_CHUNK = 4096;
const CHUNKS_A_WORKER = 2;
// Of messages; their results come on top, and what of the items has been read and not yet sent.
const MOST_BYTES = 64 * 1024 * 1024;

/** What is said of it, 0 where nothing is; and how many workers there are. */
export interface Wishes {
  readonly chunksize: number;
  readonly buffersize: number;
  readonly workers: number;
}

/** Items of a message that are not done, and the bytes of each. */
interface Sent {
  left: number;
  readonly itemBytes: number;
}

/** Decides it for one map. */
export class ReadAhead {
  readonly #wishes: Wishes;
  #chunk: number;
  /** So many like those of the last message fit into a chunk. */
  #fitting = Infinity;
  /** Messages by age, with the bytes of all that is not done, and how many items are. */
  readonly #sent: Sent[] = [];
  #bytes = 0;
  #done = 0;

  constructor(wishes: Wishes) {
    this.#wishes = wishes;
    this.#chunk = wishes.chunksize || 1;
  }

  /** How many items a message is to have. */
  get chunk(): number {
    const { buffersize, chunksize, workers } = this.#wishes;
    if (chunksize > 0) return Math.min(chunksize, buffersize || chunksize);
    const chunk = Math.min(this.#chunk, this.#fitting);
    if (buffersize === 0) return chunk;
    return Math.min(chunk, Math.ceil(buffersize / (CHUNKS_A_WORKER * workers)));
  }

  /** Whether one more is to be read, after so many of which so many are done. */
  hasRoom(read: number, done: number): boolean {
    this.#forget(done);
    const { buffersize, workers } = this.#wishes;
    if (buffersize > 0) return read - done < buffersize;
    const chunks = this.#bytes < MOST_BYTES ? CHUNKS_A_WORKER : 1;
    return read - done < chunks * workers * this.chunk;
  }

  /** So many items have been sent in a message of that size. */
  add(count: number, bytes: number): void {
    const itemBytes = bytes / count;
    const places = CHUNKS_A_WORKER * this.#wishes.workers;
    this.#fitting = Math.max(1, Math.floor(MOST_BYTES / places / itemBytes));
    this.#bytes += bytes;
    this.#sent.push({ left: count, itemBytes });
  }

  /** So many items took so long: a chunk never becomes more than twice as large as the last. */
  adapt(count: number, spentMs: number): void {
    const fitting = spentMs <= 0 ? LARGEST_CHUNK : Math.floor((count * CHUNK_MS) / spentMs);
    this.#chunk = Math.max(1, Math.min(fitting, 2 * this.#chunk, LARGEST_CHUNK));
  }

  // As if they were done in the order in which they were sent.
  #forget(done: number): void {
    for (let [first] = this.#sent; first !== undefined && this.#done < done; [first] = this.#sent) {
      const count = Math.min(first.left, done - this.#done);
      this.#done += count;
      this.#bytes -= count * first.itemBytes;
      first.left -= count;
      if (first.left === 0) this.#sent.shift();
    }
  }
}
