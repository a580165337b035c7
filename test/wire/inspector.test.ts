// What V8 tells of functions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  inspectFunction,
  inspectorFailure,
  sourceOfScript,
  urlOfScript,
} from '../../src/wire/source/inspector.ts';

test('inspectFunction() tells the place and the captured values', () => {
  const captured = { own: 1 };
  const info = inspectFunction(() => captured);
  assert.ok(info.kind === 'source');
  assert.equal(Reflect.get(info.scopes[0]?.variables ?? {}, 'captured'), captured);
  assert.equal(info.scopes.at(-1)?.kind, 'Global');
  assert.ok(urlOfScript(info.scriptId).endsWith('inspector.test.ts'));
  const line = sourceOfScript(info.scriptId).split('\n')[info.line];
  assert.ok(line?.startsWith('() => captured', info.column));
});

test('inspectFunction() tells the parts of bound functions, primitives included', () => {
  const target = (): void => {};
  for (const boundThis of [null, undefined, 5, 'text', -0, NaN, 10n, Symbol.iterator, target]) {
    const info = inspectFunction(
      Function.prototype.bind.call(target, boundThis, 1, 'two') as object,
    );
    assert.ok(info.kind === 'bound');
    assert.equal(info.target, target);
    assert.ok(Object.is(info.boundThis, boundThis), String(boundThis));
    assert.deepEqual(info.boundArguments, [1, 'two']);
  }
});

test('inspectFunction() finds nothing in native functions and proxies', () => {
  for (const native of [Math.max, new Proxy(() => 1, {})]) {
    assert.deepEqual(inspectFunction(native), { kind: 'native' });
  }
});

test('inspectorFailure() is undefined where V8 can be asked', () => {
  assert.equal(inspectorFailure(), undefined);
});
