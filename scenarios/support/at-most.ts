/** A gate that lets at most so many tasks be under way at once, in the order in which they come. */
export function atMost(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  let underWay = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (underWay === most) await new Promise<void>((resolve) => waiting.push(resolve));
    else underWay++;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else underWay--;
    }
  };
}
