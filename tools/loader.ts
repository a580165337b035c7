// What runs the scripts of heddle (scripts.ts): text that becomes part of the base's module, and of
// each program.
//
// A program is what a worker or a child runs first. It is CommonJS and runs the scripts that it
// needs by itself, as it takes Node milliseconds to link modules, and more to begin with them. What
// it has run is written down for the modules of these scripts, should they come later.

/**
 * The scripts, by how the base would import the module of each, with what they import. A module
 * that only hands on what others export has no script.
 */
export type ScriptTable = Readonly<Record<string, readonly (string | null)[]>>;

// The constants base, codes, scripts, main, resolve() and fileOf() are the two loaders' own.
const COMMON = `
const { closeSync, constants, fstatSync, openSync, readFileSync, readSync } =
  process.getBuiltinModule('node:fs');
const { Script } = process.getBuiltinModule('node:vm');
// In a context of its own, such as a test runner's, there is a Function and an Error of its own.
const isApart = !(Script instanceof Function);
const PLAIN = /^file:\\/\\/\\/[\\w./@-]+$/;
const LAST = /[^/?#]*([?#].*)?$/;
// A worker's is memory that its maker shares; a child's is bytes, or a place in a file.
function compiled(code) {
  if (code === undefined || code instanceof Uint8Array) return code;
  if (!(code instanceof SharedArrayBuffer)) return readPart(code);
  const length = Atomics.load(new Int32Array(code, 0, 1), 0);
  return length === 0 ? undefined : new Uint8Array(code, 8, length);
}
// The parent's, of which is told before the letter: the length of a list, and the list. What it
// lists is in a file of the parent's, or follows.
function receive() {
  const told = read(3, read(3, 4)?.readUInt32LE(0) ?? 0);
  const { base, file, inode, list } = JSON.parse(String(told ?? '') || '{ "list": [] }');
  const code = {};
  let place = 0;
  for (const [name, length] of list) {
    code[name] = file === null ? read(3, length) : { file, inode, length, place };
    place += length;
  }
  return { base, code };
}
function readPart({ file, inode, length, place }) {
  let descriptor = -1;
  try {
    // Where the parent has ended it may be anything by now, a pipe too.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    return fstatSync(descriptor).ino === inode ? read(descriptor, length, place) : undefined;
  } catch {
    // The parent has ended, or cannot be looked into.
    return undefined;
  } finally {
    if (descriptor !== -1) closeSync(descriptor);
  }
}
function read(descriptor, length, place = null) {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let done = 0, more; done < length; done += more) {
    more = readSync(descriptor, bytes, done, length - done, place === null ? null : place + done);
    if (more === 0) return undefined;
  }
  return bytes;
}
// The scripts that a worker begins with.
const starting = table['#thread-entry']?.slice(1).map((name) => table[name][0]);
// A module as its script knows it, by how the base would import it.
function metaOf(name) {
  const isBeside = name.lastIndexOf('/') === 1;
  const url = isBeside
    ? base.replace(LAST, (_last, query = '') => name.slice(2) + query)
    : new URL(name, base).href;
  return {
    url,
    main,
    resolve,
    import: (specifier, options) =>
      import(/^\\.\\.?\\//.test(specifier) ? new URL(specifier, url).href : specifier, options),
  };
}
function run(script, meta, imports) {
  // Beside its module. Most paths need no decoding, for which Node takes 0.2 ms the first time.
  const url = meta.url.replace(LAST, script);
  const text = readFileSync(PLAIN.test(url) ? url.slice(7) : new URL(url), 'latin1');
  const compilation = isApart
    ? null
    : new Script(text, { filename: url, cachedData: compiled(codes?.[script]) });
  const main = compilation === null
    ? (0, eval)(\`\${text}\\n//# sourceURL=\${url}\`)
    : compilation.runInThisContext();
  const exports = main({ ...meta, scripts, starting, load }, imports, fileOf(meta.url));
  scripts.set(script, { url: meta.url, script: compilation, exports });
  return exports;
}
// What a script exports, by how the base would import its module.
function take(name) {
  const [script, ...imports] = table[name];
  if (script === null) return Object.assign({}, ...imports.map(take));
  return scripts.get(script)?.exports ?? run(script, metaOf(name), imports.map(take));
}
// The same by the address of the module or a name of package.json; undefined if it is no script.
function load(module) {
  const folder = base.slice(0, base.lastIndexOf('/') + 1);
  const name = module.startsWith(folder) ? \`./\${module.slice(folder.length)}\` : module;
  return Object.hasOwn(table, name) ? take(name) : undefined;
}
`;

/**
 * Of the module that runs the base. src/kernel/memory/code.ts finds its `scripts` and `starting` as
 * `import.meta.scripts`…, and src/kernel/late.ts `load`.
 *
 * @param base the file of the base's module, in the same folder
 */
export function moduleLoader(table: ScriptTable, base: string): string {
  return `// Runs the scripts of heddle, which a worker or a child need
// not compile as its maker has done so.
export const { $take, $resolve } = (() => {
const table = ${JSON.stringify(table)};
${COMMON}
const { isMainThread, workerData } = process.getBuiltinModule('node:worker_threads');
const { fileURLToPath } = process.getBuiltinModule('node:url');
const base = import.meta.url.replace(LAST, '${base}$1');
const key = \`heddle \${base}\`;
// Of the program that has begun with some.
const begun = globalThis[Symbol.for(key)];
const isChild = isMainThread && process.env.HEDDLE_FAMILY !== undefined;
const codes = begun === undefined && (isChild ? receive() : workerData?.[key])?.code;
const scripts = new Map();
const main = undefined;
function resolve(specifier) {
  return import.meta.resolve(specifier);
}
// Where a loader has made this CommonJS.
function fileOf(url) {
  return typeof __filename === 'string' ? fileURLToPath(url) : undefined;
}
return { $take: begun?.take ?? take, $resolve: resolve };
})();
`;
}

/**
 * Of a program.
 *
 * @param base where the module of the base is, from the program's own place
 * @param holder where what runs it is, from there
 */
export function programLoader(
  table: ScriptTable,
  base: string,
  holder: string,
  isChild: boolean,
): string {
  return `// Node has made this file the program's main module, which it is not for the user.
delete process.mainModule;
const table = ${JSON.stringify(table)};
${COMMON}
const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url');
${isChild ? CHILD : WORKER}
const base = told.base ?? new URL(${JSON.stringify(base)}, pathToFileURL(__filename)).href;
const codes = told.code;
const scripts = new Map();
Object.defineProperty(globalThis, Symbol.for(\`heddle \${base}\`), { value: { take } });
function resolve(specifier) {
  return require(fileURLToPath(new URL(${JSON.stringify(holder)}, base))).$resolve(specifier);
}
function fileOf() {}
`;
}

const WORKER = `// What the maker hands over goes by the place of its base.
const { workerData } = process.getBuiltinModule('node:worker_threads');
const key = Object.keys(workerData).find((name) => name.startsWith('heddle '));
const told = { base: key.slice(7), code: workerData[key].code };
const main = undefined;`;

const CHILD = `const told = receive();
// Of node:worker_threads, which takes 2 ms to load (build.ts).
const main = { isMainThread: true, parentPort: null, threadId: 0, workerData: null };
Object.setPrototypeOf(main, null);`;
