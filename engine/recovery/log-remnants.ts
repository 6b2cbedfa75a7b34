import { readLsn, type Lsn } from '../base/lsn.js';
import { PageHeader, SHORT_HEADER_BYTES } from '../wal/page-format.js';
import type { WalSource } from '../wal/wal-source.js';

/**
 * Pages of the log behind its end: what a loss of power leaves that let later writes through and an earlier one not, or
 * what damage in the middle of the log has cut off. Nothing tells the two apart, and in the second case acknowledged
 * commits are lost: so they are told of before they are wiped. A process that is killed leaves none.
 *
 * Looks at every page of the end's segment, and at the first page of those behind it.
 */

/** The last of them, undefined when there are none; `within` are those of the end's own segment. */
export function lastRemnant(
  source: WalSource,
  end: Lsn,
  segmentBytes: number,
  within: readonly Lsn[],
): Lsn | undefined {
  let last: number | undefined = within.at(-1);
  const next = Math.ceil(end / segmentBytes) * segmentBytes;
  for (let segment = next; isOwnPage(source, segment); segment += segmentBytes) last = segment;
  return last as Lsn | undefined;
}

/** Does the page bear its own address? Recycled segments bear older ones. */
function isOwnPage(source: WalSource, page: number): boolean {
  const header = Buffer.alloc(SHORT_HEADER_BYTES);
  return source.read(page as Lsn, header) === header.length && readLsn(header, PageHeader.address) === page;
}
