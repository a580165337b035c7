import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { SharedList } from 'heddle/shared';
import { runProgram } from '../support/run.ts';

test('SharedList is shown as the array that has its items', async () => {
  const values = [0, 1, 'two', { three: [4, [5, [6]]] }];
  for (const options of [{}, { depth: 0 }, { depth: null }, { compact: false }, { colors: true }]) {
    assert.equal(inspect(new SharedList(values), options), inspect(values, options));
  }
  const many = Array.from({ length: 300 }, (_, index) => index);
  assert.equal(inspect(new SharedList(many)), inspect(many));
  assert.equal(inspect({ list: new SharedList([1]) }), '{ list: [ 1 ] }');
  const ran = await runProgram(
    `import { print } from 'heddle';
    import { SharedList } from 'heddle/shared';
    print('say hi', new SharedList([0, 1, 2]));
    console.log('say hi', new SharedList());`,
  );
  assert.equal(ran.stdout, 'say hi [ 0, 1, 2 ]\nsay hi []\n', ran.stderr);
});

test('SharedList that contains itself is shown, and is the same inside', () => {
  const list = new SharedList<unknown>([1]);
  list.push(list, { list });
  assert.equal(inspect(list), '[ 1, [Circular], { list: [Circular] } ]');
  assert.equal(inspect(list, { depth: null }), '[ 1, [Circular], { list: [Circular] } ]');
  assert.equal(list.at(1), list);
  assert.equal((list.at(2) as { list: unknown }).list, list);
  assert.equal(list.indexOf(list), 1);
  list.clear();
});

test('SharedList is an array to JSON.stringify()', () => {
  const list = new SharedList<unknown>([1, 'a', new SharedList([2])]);
  assert.equal(JSON.stringify({ list }), '{"list":[1,"a",[2]]}');
});
