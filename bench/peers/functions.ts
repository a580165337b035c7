// The tasks of bench/pool.ts, as functions of an imported module.
export const nothing = (): void => {};
export const square = (n: number): number => n * n;
export const spin = (rounds: number): number => {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum = (sum * 31 + i) | 0;
  return sum;
};
