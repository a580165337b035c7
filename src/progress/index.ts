// Bars that show on a terminal how far something has come.
export { ProgressBar } from './bar.ts';
export type { ProgressOptions, ProgressStream } from './options.ts';
export { progress } from './progress.ts';
