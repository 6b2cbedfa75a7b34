/** How often something happened, by its name. */
export type Counts = Record<string, number>;

export function count(counts: Counts, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

export function countAll(counts: Counts, more: Readonly<Counts>): void {
  for (const [name, times] of Object.entries(more)) count(counts, name, times);
}
