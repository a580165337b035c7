// Rules of size: a file, a function, a line, a folder.
import { posix } from 'node:path';
import { Visitor, type Node } from 'oxc-parser';
import { lineAt, type Source } from '../../tools/sources.ts';
import { offenceAt, offenceIn, type Offence } from './offence.ts';

const MOST_LINES_IN_FILE = 400;
const MOST_LINES_IN_FUNCTION = 70;
const MOST_COLUMNS = 100;
const MOST_FILES_IN_FOLDER = 12;

/** A file has at most 400 lines. */
export function longFiles(source: Source): Offence[] {
  const count = source.text.trimEnd().split('\n').length;
  if (count <= MOST_LINES_IN_FILE) return [];
  return [offenceIn(source, count, `${count} lines, at most ${MOST_LINES_IN_FILE}`)];
}

/** A function has at most 70 lines. A `describe` is a chapter, not a function. */
export function longFunctions(source: Source): Offence[] {
  const offences: Offence[] = [];
  const chapters = new Set<Node>();
  const measure = (node: Node): void => {
    const count = lineAt(source, node.end) - lineAt(source, node.start) + 1;
    if (count <= MOST_LINES_IN_FUNCTION || chapters.has(node)) return;
    const what = `a function of ${count} lines, at most ${MOST_LINES_IN_FUNCTION}`;
    offences.push(offenceAt(source, node.start, what));
  };
  new Visitor({
    CallExpression(node) {
      const { callee } = node;
      if (callee.type !== 'Identifier' || !/^(describe|suite)$/.test(callee.name)) return;
      for (const argument of node.arguments) chapters.add(argument);
    },
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  }).visit(source.program);
  return offences;
}

/** A line has at most 100 columns, unless it holds an address, which cannot be broken. */
export function longLines(source: Source): Offence[] {
  return source.lines.flatMap((line, index) => {
    const columns = Array.from(line).length;
    if (columns <= MOST_COLUMNS || /https?:\/\//.test(line)) return [];
    return [offenceIn(source, index + 1, `${columns} columns, at most ${MOST_COLUMNS}`)];
  });
}

/** A folder of src has at most 12 files. */
export function fullFolders(sources: readonly Source[]): Offence[] {
  const files = Map.groupBy(sources, (source) => posix.dirname(source.path));
  return [...files]
    .filter(([, inside]) => inside.length > MOST_FILES_IN_FOLDER)
    .map(([path, inside]) => {
      const what = `${inside.length} files in the folder, at most ${MOST_FILES_IN_FOLDER}`;
      return { path, line: 1, what };
    });
}
