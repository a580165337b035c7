// The cases about classes, their instances and methods.
import { registerTransfer } from 'heddle';
import { Vec } from './lib.ts';
import type { Case } from './lib.ts';

type Fn = (...args: never[]) => unknown;
const methodOf = (object: object, name: string): Fn => Reflect.get(object, name) as Fn;

const factor: number = 3;
class Animal {
  name: string;
  constructor(name: string) {
    this.name = name;
  }
  speak(): string {
    return this.name + factor;
  }
}
class Dog extends Animal {
  tricks: string[] = ['sit'];
  override speak(): string {
    return super.speak() + '!' + this.tricks[0];
  }
  get loud(): string {
    return this.name.toUpperCase();
  }
}
class Priv {
  #x = 42;
  read(): number {
    return this.#x;
  }
  static make(): number {
    return new Priv().read();
  }
}
class Rev {
  #x: number;
  constructor(x: number) {
    this.#x = x;
  }
  get x(): number {
    return this.#x;
  }
}
registerTransfer(Rev, { reduce: (rev) => rev.x, revive: (x: number) => new Rev(x) });
class MyErr extends Error {
  code = 'E1';
  constructor(m: string) {
    super(m);
    this.name = 'MyErr';
  }
}
class Stack<T> extends Map<string, T> {
  top(): T | undefined {
    return this.get('top');
  }
}
class A1 {
  b(): B1 {
    return new B1();
  }
  s(): string {
    return 'A1';
  }
}
class B1 {
  a(): string {
    return new A1().s() + 'B1';
  }
}
class Shape {
  double(): Shape {
    return new Square();
  }
  static readonly sides: number = 0;
}
class Square extends Shape {
  static override readonly sides: number = 4;
}
const dog = new Dog('rex');
const priv = new Priv();
const rev = new Rev(9);
const key = 'comp';
const obj = {
  mul: 4,
  method(x: number): number {
    return x * factor;
  },
  usesThis(x: number): number {
    return x * this.mul;
  },
  async am(x: number): Promise<number> {
    return x + factor;
  },
  *g(x: number): Generator<number> {
    yield x;
    yield x + factor;
  },
  [key + 1](x: number): number {
    return x + 1;
  },
  get getter(): number {
    return factor;
  },
};
const instances: Case[] = [
  { name: 'class captured', target: () => new Dog('a').speak(), want: 'a3!sit' },
  {
    name: 'class instance captured',
    target: () => [
      dog.speak(),
      dog.loud,
      dog instanceof Dog,
      dog instanceof Animal,
      dog.constructor === Dog,
    ],
    want: ['rex3!sit', 'REX', true, true, true],
  },
  {
    name: 'class instance as arg',
    target: (d: Dog) => d.speak() + (d instanceof Dog),
    args: [dog],
    want: 'rex3!sittrue',
  },
  {
    name: 'imported class instance',
    target: (v: Vec) => [v.len(), v instanceof Vec],
    args: [new Vec(3, 4)],
    want: [5, true],
  },
  { name: 'private class used inside', target: () => Priv.make(), want: 42 },
  { name: 'private instance', target: () => priv.read(), error: 'PRIVATE_FIELDS' },
  { name: 'private + registerTransfer', target: () => rev.x, want: 9 },
  {
    name: 'custom Error subclass',
    target: (e: MyErr) => [e instanceof MyErr, e instanceof Error, e.code, e.message],
    args: [new MyErr('boo')],
    want: [true, true, 'E1', 'boo'],
  },
  {
    name: 'Map subclass',
    target: (s: Stack<number>) => (s.top() ?? 0) + s.size,
    args: [new Stack([['top', 5]])],
    want: 6,
  },
  { name: 'mutual classes', target: () => new A1().b().a(), want: 'A1B1' },
  {
    name: 'base class that makes its subclass',
    target: () => [new Shape().double() instanceof Square, Square.sides, Shape.sides],
    want: [true, 4, 0],
  },
];

const methods: Case[] = [
  { name: 'object method', target: methodOf(obj, 'method'), args: [2], want: 6 },
  { name: 'async method', target: methodOf(obj, 'am'), args: [2], want: 5 },
  { name: 'generator method', target: (x: number) => [...obj.g(x)], args: [1], want: [1, 4] },
  { name: 'computed method', target: methodOf(obj, 'comp1'), args: [1], want: 2 },
  { name: 'method.bind(obj)', target: obj.usesThis.bind(obj), args: [3], want: 12 },
  {
    name: 'bound with args',
    target: ((a: number, b: number) => a * 10 + b + factor).bind(null, 4),
    args: [2],
    want: 45,
  },
  { name: 'bound native', target: Math.max.bind(null, 3), args: [1], want: 3 },
  { name: 'instance.method.bind', target: dog.speak.bind(dog), want: 'rex3!sit' },
  {
    name: 'unbound method with super',
    target: methodOf(Dog.prototype, 'speak'),
    error: 'CAPTURED_SUPER',
  },
  { name: '() => instance.method()', target: () => dog.speak(), want: 'rex3!sit' },
];

export const classes: readonly Case[] = [...instances, ...methods];
