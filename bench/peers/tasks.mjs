// The tasks of bench/pool.ts, for the peers that take them from a module's exports.
export const nothing = () => {};
export const square = (n) => n * n;
export const spin = (rounds) => {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum = (sum * 31 + i) | 0;
  return sum;
};
