/** So small a part of the table says nothing new of it. */
const TELLING_PART = 0.02;

/**
 * How many live rows a table has of which only a part was looked at (commands/vacuum.c vac_estimate_reltuples): the part
 * as it is, the rest as dense as it was believed to be. `before.tuples` is negative when nothing was.
 */
export function estimateLiveTuples(
  before: { readonly pages: number; readonly tuples: number },
  pages: number,
  scannedPages: number,
  scannedTuples: number,
): number {
  if (scannedPages >= pages) return scannedTuples;
  if (before.pages === pages && scannedPages < pages * TELLING_PART) return before.tuples;
  if (scannedPages <= 1) return before.tuples;
  const isUnknown = before.tuples < 0 || before.pages === 0;
  const density = isUnknown ? scannedTuples / scannedPages : before.tuples / before.pages;
  return Math.floor(density * (pages - scannedPages) + scannedTuples + 0.5);
}
