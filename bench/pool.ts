// Pools of two workers, with the same tasks, against the pools of others: piscina, tinypool,
// workerpool, poolifier, jest-worker and multithreading, and CPython's where python3 is there.
//
//   burst      many tasks that do nothing, submitted at once
//   map        a million numbers and a tiny function; of a peer, which has no map, one task each
//   latency    one task at a time
//   2 workers  work that keeps a processor busy, against one worker
//
// The best peer is another one in each row.
import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { Pool, ThreadPool } from 'heddle/multiprocessing';
import { atLeast, atMost, race, report } from './measure.ts';
import type { Contestant, Row, Times } from './measure.ts';
import { processPeers, threadPeers } from './peers/index.ts';
import type { Peer, TaskName } from './peers/index.ts';
import { nothing, spin, square } from './peers/functions.ts';

const WORKERS = 2;
const ITEMS = 1_000_000;
// So many that what V8 compiles on the way does not count: after nine, ours takes twice as long as
// at the end, and that of the others as long as then.
const BURST = { times: 4000, rounds: 30 };
const SINGLE = { times: 300, rounds: 15 };
const MAP = { times: ITEMS, rounds: 5 };
const CLOSE_MS = 5000;
// Eight tasks of some 60 ms each.
const SPIN = { rounds: 7, tasks: 8, loops: 60_000_000 };

const PYTHON = `
import json, multiprocessing, multiprocessing.pool, time

def nothing(): pass
def square(n): return n * n

def burst(pool, n):
    for result in [pool.apply_async(nothing) for _ in range(n)]: result.get()
def latency(pool, n):
    for _ in range(n): pool.apply(nothing)
def map_(pool, n): pool.map(square, range(n))

if __name__ == '__main__':
    with MAKE(${WORKERS}) as pool:
        best = {}
        for name, act, n, rounds in [
            ('burst', burst, ${BURST.times}, ${BURST.rounds}),
            ('latency', latency, ${SINGLE.times}, ${SINGLE.rounds}),
            ('map', map_, ${ITEMS}, 3),
        ]:
            for _ in range(rounds):
                begin = time.perf_counter()
                act(pool, n)
                ns = (time.perf_counter() - begin) / n * 1e9
                best[name] = min(best.get(name, ns), ns)
    print(json.dumps(best))
`;

interface Kind {
  readonly name: 'ThreadPool' | 'Pool';
  make(workers: number): ThreadPool | Pool;
  peers(): Peer[];
}

const KINDS: readonly Kind[] = [
  { name: 'ThreadPool', make: (n) => new ThreadPool(n), peers: () => threadPeers(WORKERS) },
  { name: 'Pool', make: (n) => new Pool(n), peers: () => processPeers(WORKERS) },
];

const wanted = process.argv[2];
for (const kind of KINDS) if (wanted === undefined || wanted === kind.name) await measure(kind);
process.exit();

async function measure(kind: Kind): Promise<void> {
  const pool = kind.make(WORKERS);
  const peers = kind.peers();
  const python = pythonTimes(kind.name);
  try {
    for (const peer of peers)
      for (const name of ['nothing', 'square'] as const) await peer.run(name, 1);
    const rows = [
      ...(await burst(kind.name, pool, peers, python)),
      ...(await map(kind.name, pool, peers, python)),
      ...(await latency(kind.name, pool, peers, python)),
    ];
    // One that does not end is left to the exit.
    for (const peer of peers) await Promise.race([peer.close(), setTimeout(CLOSE_MS)]);
    rows.push(...(await processors(kind, pool)));
    report(`${kind.name}: ${WORKERS} workers`, rows);
  } finally {
    pool.terminate();
    await pool.joinAsync();
  }
}

async function burst(
  name: string,
  pool: ThreadPool | Pool,
  peers: readonly Peer[],
  python: Times,
): Promise<Row[]> {
  const what = `${name}.applyAsync(), each of a burst`;
  const times = await race(
    {
      [what]: async (n) => {
        await Promise.all(Array.from({ length: n }, () => pool.applyAsync(nothing, [])));
      },
      ...burstsOf(peers, 'nothing'),
    },
    BURST,
  );
  return against(what, { ...times, ...pick(python, 'burst') }, atLeast, 2);
}

async function map(
  name: string,
  pool: ThreadPool | Pool,
  peers: readonly Peer[],
  python: Times,
): Promise<Row[]> {
  const what = `${name}.map(), each of a million`;
  const numbers = Array.from({ length: ITEMS }, (_, i) => i);
  const own = await race({ [what]: () => void pool.map(square, numbers) }, MAP);
  const theirs = await race(burstsOf(peers, 'square'), BURST);
  const rows = against(what, { ...own, ...theirs }, atLeast, 20);
  const times = { ...own, ...pick(python, 'map') };
  return [...rows, ...(Object.keys(times).length > 1 ? against(what, times, atLeast, 2) : [])];
}

async function latency(
  name: string,
  pool: ThreadPool | Pool,
  peers: readonly Peer[],
  python: Times,
): Promise<Row[]> {
  const [awaited, blocking] = [`await ${name}.applyAsync()`, `${name}.apply()`];
  const singles = Object.fromEntries(
    peers.map((peer): [string, Contestant] => [
      peer.name,
      async (n) => {
        for (let i = 0; i < n; i++) await peer.run('nothing', i);
      },
    ]),
  );
  const times = await race(
    {
      [awaited]: async (n) => {
        for (let i = 0; i < n; i++) await pool.applyAsync(nothing, []);
      },
      [blocking]: (n) => {
        for (let i = 0; i < n; i++) pool.apply(nothing);
      },
      ...singles,
    },
    SINGLE,
  );
  const { [awaited]: awaitedNs, [blocking]: blockingNs, ...theirs } = times;
  return [
    ...against(awaited, { [awaited]: awaitedNs as number, ...theirs }, atMost, 1),
    ...against(
      blocking,
      { [blocking]: blockingNs as number, ...theirs, ...pick(python, 'latency') },
      atMost,
      1,
    ),
  ];
}

async function processors(kind: Kind, pool: ThreadPool | Pool): Promise<Row[]> {
  const one = kind.make(1);
  const [what, than] = [
    `${kind.name}(2).map() of ${SPIN.tasks} long tasks`,
    `${kind.name}(1).map()`,
  ];
  const loops = Array.from({ length: SPIN.tasks }, () => SPIN.loops);
  try {
    const times = await race(
      {
        [what]: () => void pool.map(spin, loops, { chunksize: 1 }),
        [than]: () => void one.map(spin, loops, { chunksize: 1 }),
      },
      { times: SPIN.tasks, rounds: SPIN.rounds },
    );
    return [atLeast(times, what, than, 1.9)];
  } finally {
    one.terminate();
    await one.joinAsync();
  }
}

function burstsOf(peers: readonly Peer[], task: TaskName): Record<string, Contestant> {
  return Object.fromEntries(
    peers.map((peer): [string, Contestant] => [
      peer.name,
      async (n) => {
        await Promise.all(Array.from({ length: n }, (_, i) => peer.run(task, i)));
      },
    ]),
  );
}

// One row: ours against the fastest of the others, which is named.
function against(what: string, times: Times, compare: typeof atLeast, bound: number): Row[] {
  const others = Object.entries(times).filter(([name]) => name !== what);
  for (const [name, ns] of others) console.log(`  ${what} | ${name}: ${(ns / 1000).toFixed(2)} µs`);
  const [best] = others.toSorted(([, a], [, b]) => a - b)[0] as [string, number];
  return [compare(times, what, best, bound)];
}

function pick(times: Times, what: string): Times {
  const ns = times[what];
  return ns === undefined ? {} : { CPython: ns };
}

// Nanoseconds of each; nothing where there is no Python. Its map is that of its processes, as its
// threads run one at a time.
function pythonTimes(name: string): Times {
  const processes = pythonTimesOf('multiprocessing.Pool');
  const { map: mapNs } = processes;
  if (name === 'Pool' || mapNs === undefined) return processes;
  return { ...pythonTimesOf('multiprocessing.pool.ThreadPool'), map: mapNs };
}

function pythonTimesOf(make: string): Times {
  const { stdout, status } = spawnSync('python3', ['-c', PYTHON.replaceAll('MAKE', make)], {
    encoding: 'utf8',
  });
  return status === 0 ? (JSON.parse(stdout) as Times) : {};
}
