// Where objects that processes share are born: in memory that all have, or in the process that
// keeps them for all (distant/).
import { bearInFamily, isClient } from '../../kernel/index.ts';
import { Namespace, SharedDict, SharedList } from '../../shared/index.ts';
import type { Key } from '../../shared/index.ts';
import { expectNamespaces, newDistantNamespace } from '../distant/client/namespace.ts';
import { addSides } from '../distant/client/sides.ts';
import { makeDistant } from '../distant/client/stand-in.ts';
import { provideDistant } from './share-class.ts';

provideDistant((type) => {
  makeDistant(type, type.name);
  if (type.name === 'RWLock') addSides(type.prototype as object);
});

/** A dict that processes share. */
export function newDict<K extends Key, V>(entries: object): SharedDict<K, V> {
  if (isClient()) return new DistantDict<K, V>(entries as never);
  return bearInFamily(() => new SharedDict<K, V>(entries as never));
}

/** A list that processes share. */
export function newList<T>(values: Iterable<T>): SharedList<T> {
  return isClient() ? new DistantList<T>(values) : bearInFamily(() => new SharedList<T>(values));
}

/** An object whose properties processes share. */
export function newNamespace<T extends object>(initial?: T): T {
  return isClient()
    ? (newDistantNamespace([initial]) as T)
    : bearInFamily(() => Namespace(initial));
}

class DistantDict<K extends Key, V> extends SharedDict<K, V> {
  static {
    if (isClient()) makeDistant(this, 'SharedDict');
  }
}

class DistantList<T> extends SharedList<T> {
  static {
    if (isClient()) makeDistant(this, 'SharedList');
  }
}

if (isClient()) expectNamespaces();
