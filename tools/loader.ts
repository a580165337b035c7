// What runs the scripts of heddle (scripts.ts): text that becomes part of the base's module, and of
// each program.
//
// A program is what a worker or a child runs first. It is CommonJS and runs the scripts that it
// needs by itself, as it takes Node milliseconds to link modules, and more to begin with them. What
// it has run is written down for the modules of these scripts, should they come later.

const COMMON = `
const { closeSync, readFileSync, readSync } = process.getBuiltinModule('node:fs');
const { Script } = process.getBuiltinModule('node:vm');
// In a context of its own, such as a test runner's, there is a Function and an Error of its own.
const isApart = !(Script instanceof Function);
function compiled(code) {
  if (code === undefined || code instanceof Uint8Array) return code;
  const length = Atomics.load(new Int32Array(code, 0, 1), 0);
  return length === 0 ? undefined : new Uint8Array(code, 8, length);
}
// The parent's, of which is told before the letter: the length of a list, and the list. What it
// lists is in a file, or follows.
function receive() {
  const told = read(3, read(3, 4)?.readUInt32LE(0) ?? 0);
  const { base, file, isInFile, list } = JSON.parse(String(told ?? '') || '{ "list": [] }');
  const code = {};
  let place = 0;
  for (const [name, length] of list) {
    code[name] = isInFile ? read(file, length, place) : read(3, length);
    place += length;
  }
  if (typeof file === 'number') closeSync(file);
  return { base, code };
}
function read(descriptor, length, place = null) {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let done = 0, more; done < length; done += more) {
    more = readSync(descriptor, bytes, done, length - done, place === null ? null : place + done);
    if (more === 0) return undefined;
  }
  return bytes;
}
const PLAIN = /^file:\\/\\/\\/[\\w./@-]+$/;
function run(name, meta, imports, file) {
  // Beside its module. Most paths need no decoding, for which Node takes 0.2 ms the first time.
  const url = meta.url.replace(/[^/?#]*([?#].*)?$/, name);
  const text = readFileSync(PLAIN.test(url) ? url.slice(7) : new URL(url), 'latin1');
  const script = isApart
    ? null
    : new Script(text, { filename: url, cachedData: compiled(codes?.[name]) });
  const main = script === null
    ? (0, eval)(\`\${text}\\n//# sourceURL=\${url}\`)
    : script.runInThisContext();
  const exports = main({ ...meta, scripts }, imports, file);
  scripts.set(name, { url: meta.url, script, exports });
  return exports;
}
`;

/** Of the base's module. src/kernel/memory/code.ts finds its `scripts` as `import.meta.scripts`. */
export const MODULE_LOADER: string = `// Runs the scripts of heddle, which a worker or a child need
// not compile as its maker has done so.
export const { $run, $resolve } = (() => {${COMMON}
const { isMainThread, workerData } = process.getBuiltinModule('node:worker_threads');
const key = \`heddle \${import.meta.url}\`;
// Of the program that has begun with some.
const begun = globalThis[Symbol.for(key)];
const isChild = isMainThread && process.env.HEDDLE_FAMILY !== undefined;
const codes = begun === undefined
  ? (isChild ? receive() : workerData?.[key])?.code
  : begun.codes;
const scripts = begun?.scripts ?? new Map();
return {
  $run: (name, ...how) => scripts.get(name)?.exports ?? run(name, ...how),
  $resolve: (specifier) => import.meta.resolve(specifier),
};
})();
`;

/** Of a program; finds the module of the base at `base`, from its own place. */
export function programLoader(base: string, isChild: boolean): string {
  return `// Node has made this file the program's main module, which it is not for the user.
delete process.mainModule;
${COMMON}
const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url');
${isChild ? CHILD : WORKER}
const base = told.base ?? new URL(${JSON.stringify(base)}, pathToFileURL(__filename)).href;
const codes = told.code;
const scripts = new Map();
Object.defineProperty(globalThis, Symbol.for(\`heddle \${base}\`), { value: { codes, scripts } });
function metaOf(module) {
  const { href: url } = new URL(module, base);
  return {
    url,
    main,
    resolve: (specifier) => require(fileURLToPath(base)).$resolve(specifier),
    import: (specifier, options) =>
      import(/^\\.\\.?\\//.test(specifier) ? new URL(specifier, url).href : specifier, options),
  };
}
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
