// Rules of wording: headers, error messages, marks that must not stay, names of the machine.
import { existsSync, globSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Visitor, type Expression, type NewExpression } from 'oxc-parser';
import { REPOSITORY, type Source } from '../../tools/sources.ts';
import { offenceAt, offenceIn, type Offence } from './offence.ts';

// Our error classes whose names, as Python's, do not end in Error.
const ERROR_CLASS = /Error$|^(Empty|Full|ShutDown|SystemExit)$/;
const CONTRACTION = /\b\w+(n['’]t|['’](re|ve|ll|m))\b/i;
// The brackets keep the rule from finding itself.
const MARKS = /\b(TOD[O]|FIXM[E]|HAC[K]|XX[X])\b/;

/** A file opens with what it is: a comment, before anything else. */
export function missingHeaders(source: Source): Offence[] {
  const first = source.comments[0];
  const before = source.text.slice(source.program.hashbang?.end ?? 0, first?.start);
  const opens = first !== undefined && before.trim() === '';
  // A licence, a directive or a single word says nothing.
  if (opens && first.value.trim().split(/\s+/).length >= 3) return [];
  return [offenceIn(source, 1, 'does not open with a comment that says what it is')];
}

/** An error message begins with a capital, has no full stop on its first line, no contraction. */
export function poorMessages(source: Source): Offence[] {
  const offences: Offence[] = [];
  new Visitor({
    NewExpression(node) {
      const message = messageOf(node);
      if (message === null) return;
      const wrong = whatIsPoor(message);
      if (wrong !== null) offences.push(offenceAt(source, node.start, `${wrong}: ${message}`));
    },
  }).visit(source.program);
  return offences;
}

// The static part of the message, with … for what is put in; null when there is none to read.
function messageOf(node: NewExpression): string | null {
  const { callee } = node;
  const name = callee.type === 'Identifier' ? callee.name : '';
  if (!ERROR_CLASS.test(name)) return null;
  const argument = node.arguments[name === 'AggregateError' ? 1 : 0];
  if (argument === undefined || argument.type === 'SpreadElement') return null;
  return staticText(argument);
}

function staticText(node: Expression): string | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  if (node.type === 'TemplateLiteral') {
    return node.quasis.map((quasi) => quasi.value.cooked ?? '').join('…');
  }
  if (node.type === 'BinaryExpression' && node.left.type !== 'PrivateIdentifier') {
    const [left, right] = [staticText(node.left), staticText(node.right)];
    return left === null && right === null ? null : `${left ?? '…'}${right ?? '…'}`;
  }
  return null;
}

function whatIsPoor(message: string): string | null {
  const [first = ''] = message.split('\n');
  if (!/^[\p{Lu}…]/u.test(first)) return 'the message does not begin with a capital letter';
  if (/[^.]\.$/.test(first.trimEnd())) return 'the first line ends in a full stop';
  if (CONTRACTION.test(message)) return 'the message holds a contraction';
  return null;
}

/** No mark that promises work: it is done, or it is an issue. */
export function leftMarks(source: Source): Offence[] {
  return source.lines.flatMap((line, index) => {
    const mark = MARKS.exec(line)?.[0];
    return mark === undefined ? [] : [offenceIn(source, index + 1, `${mark} is left in the file`)];
  });
}

// Folders that exist on some machine, but in no repository.
const MACHINE_FOLDERS = ['home', 'Users', 'root', 'mnt', 'srv', 'work', 'workspace', 'builds'];
const MACHINE_PATH = new RegExp(`(?<![\\w.*})-])/(${MACHINE_FOLDERS.join('|')})/`);

/** No path of the machine on which a file was written; works on any text file. */
export function machinePaths(path: string, text: string): Offence[] {
  return text.split('\n').flatMap((line, index) => {
    const found = MACHINE_PATH.exec(line)?.[0];
    return found === undefined ? [] : [{ path, line: index + 1, what: `names ${found}…` }];
  });
}

/** A link of a document to a file leads to one that is in the repository. */
export function brokenLinks(path: string, text: string): Offence[] {
  return text.split('\n').flatMap((line, index) =>
    [...line.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target) && !isFileNear(target, posix.dirname(path)))
      .map((target) => ({
        path,
        line: index + 1,
        what: `links to ${target}, which does not exist`,
      })),
  );
}

const REFERENCE =
  /\b(?:(?:src|test|bench|tools|examples|tour|docs)\/[\w./-]+\.(?:ts|md)|[\w-]+\.md)\b/g;

/** A comment that sends the reader to a file sends him to one that is in the repository. */
export function danglingReferences(source: Source): Offence[] {
  return source.comments.flatMap((comment) =>
    [...comment.value.matchAll(REFERENCE)]
      .filter(([path]) => !isInRepository(path, posix.dirname(source.path)))
      .map(([path]) => offenceAt(source, comment.start, `refers to ${path}, which does not exist`)),
  );
}

function isInRepository(path: string, folder: string): boolean {
  if (isFileNear(path, folder) || isFileNear(path, '.')) return true;
  return !path.includes('/') && globSync(`docs/**/${path}`, { cwd: REPOSITORY }).length > 0;
}

function isFileNear(path: string, folder: string): boolean {
  return existsSync(join(REPOSITORY, folder, path));
}
