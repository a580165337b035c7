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

/** A function has at most 70 lines. One that holds tests is a chapter, not a function. */
export function longFunctions(source: Source): Offence[] {
  const offences: Offence[] = [];
  const around: { node: Node; holdsTests: boolean }[] = [];
  const enter = (node: Node): void => void around.push({ node, holdsTests: false });
  const leave = (node: Node): void => {
    const count = lineAt(source, node.end) - lineAt(source, node.start) + 1;
    const holdsTests = around.pop()?.holdsTests ?? false;
    if (count <= MOST_LINES_IN_FUNCTION || holdsTests) return;
    const what = `a function of ${count} lines, at most ${MOST_LINES_IN_FUNCTION}`;
    offences.push(offenceAt(source, node.start, what));
  };
  new Visitor({
    CallExpression({ callee }) {
      if (callee.type !== 'Identifier' || !/^(test|it|describe|suite)$/.test(callee.name)) return;
      for (const one of around) one.holdsTests = true;
    },
    FunctionDeclaration: enter,
    FunctionExpression: enter,
    ArrowFunctionExpression: enter,
    'FunctionDeclaration:exit': leave,
    'FunctionExpression:exit': leave,
    'ArrowFunctionExpression:exit': leave,
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
