// Types that the signatures of this room name.
export type { Duration } from '../kernel/index.ts';
export type { AsyncOptions, BlockingOptions, Callable, State } from '../threading/index.ts';
