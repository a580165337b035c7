// Runs every bench, or those that are named: npm run bench -- lock
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SUBJECTS = [
  'lock',
  'contended',
  'fairness',
  'semaphore',
  'condition',
  'wake',
  'rwlock',
  'queue',
  'dict',
  'thread',
  'pool',
  'wire',
];

const wanted = process.argv.slice(2);
for (const subject of wanted.length > 0 ? wanted : SUBJECTS) {
  const file = fileURLToPath(new URL(`${subject}.ts`, import.meta.url));
  execFileSync(process.execPath, [file], { stdio: 'inherit' });
}
