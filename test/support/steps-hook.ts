// For --import: the rooms above the kernel get the double in steps.ts for kernel/atomics.ts; the
// kernel itself keeps the real one, as what it does has tests of its own.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) => {
    const isSeam =
      specifier === './atomics.ts' && context.parentURL?.endsWith('/src/kernel/index.ts') === true;
    return isSeam
      ? {
          url: new URL('steps.ts', import.meta.url).href,
          shortCircuit: true,
          format: 'module-typescript',
        }
      : next(specifier, context);
  },
});
