// Functions where V8 cannot be asked about them (under `--permission` without `--allow-inspector`):
// those that capture nothing, and the exports of CommonJS and builtin modules.
import type { Encoder } from '../encode/encoder.ts';
import { inspectorFailure } from '../source/inspector.ts';
import { writeCommonJs, writeWellKnown } from './by-name.ts';
import { writeByValue } from './by-value.ts';
import { commonJsExport } from './modules.ts';
import { nameOf, nativeKind, parse, Subject } from './subject.ts';
import type { AnyFunction } from './subject.ts';
import { findWellKnown } from './well-known.ts';

/** Writes a function of which only the text is known. */
export function writePortable(encoder: Encoder, value: AnyFunction): void {
  const source = Function.prototype.toString.call(value);
  const isNative = source.endsWith('[native code] }');
  // Only for what is no user's own: the search looks at globals that are costly, or have effects.
  const known = isNative ? findWellKnown(value) : undefined;
  if (known !== undefined) return writeWellKnown(encoder, value, known);
  const exported = commonJsExport(value, null);
  if (exported !== null) return writeCommonJs(encoder, value, exported.file, exported.name);
  const name = nameOf(value);
  if (isNative) {
    encoder.refuse({
      reason: 'NATIVE_FUNCTION',
      value,
      state: `'${name}' is ${nativeKind(value)}, whose parts cannot be read here`,
      cure: 'Wrap it in a function that captures nothing',
    });
  }
  const text = parse(encoder, value, source, undefined);
  const outside = [...text.uses.names.keys()].filter((free) => !(free in globalThis));
  if (text.uses.outerThis !== undefined) outside.push('this');
  if (outside.length > 0) {
    const quoted = outside.map((free) => `'${free}'`).join(', ');
    encoder.refuse({
      reason: 'NO_INSPECTOR',
      value,
      state:
        `'${name}' uses ${quoted} from outside, and captured variables ` +
        `cannot be read here: ${inspectorFailure()?.message}`,
      cure: 'Pass them as arguments, allow it with --allow-inspector, or use fromModule()',
    });
  }
  const nowhere = { kind: 'source', scriptId: '', line: 0, column: 0, scopes: [] } as const;
  writeByValue(encoder, new Subject(value, text, nowhere, false));
}
