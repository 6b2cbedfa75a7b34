import { printLsn, type Violation } from './oracle.js';

export interface SurvivingPage {
  readonly file: string;
  readonly block: number;
  readonly lsn: number;
}

/**
 * Verifies: no page that reached the disk carries an LSN behind the end of the log on that disk, whatever else was lost:
 * so the log was durable before the page was written.
 *
 * Does not verify: pages that a sync had made safe before; they were looked at while they were on their way.
 */
export function pagesAhead(pages: readonly SurvivingPage[], endOfLog: number): Violation[] {
  return pages
    .filter(({ lsn }) => lsn > endOfLog)
    .map(({ file, block, lsn }) => ({
      invariant: 'write-ahead',
      promised: `the log is on disk before a page it describes: it ends at ${printLsn(endOfLog)}`,
      found: `${file} block ${block} survived with LSN ${printLsn(lsn)}`,
      lsns: { page: lsn, endOfLog },
    }));
}
