import { printLsn, type FilesOracle } from './oracle.js';

/**
 * Verifies: no page in the files carries an LSN beyond the end of the log in the files, at any moment we look: right
 * after everything was killed, and after a stop.
 *
 * Does not verify: that the log was fsynced before the page was written (the power tier does); pages without an LSN.
 */
export const writeAhead: FilesOracle = ({ control, wal: { end }, pages }) =>
  pages
    .filter(({ lsn }) => lsn > end)
    .map(({ file, block, lsn }) => ({
      invariant: 'write-ahead',
      promised: `no page on disk is ahead of the log, which ends at ${printLsn(end)}`,
      found: `${file} block ${block} has LSN ${printLsn(lsn)}`,
      lsns: { page: lsn, endOfLog: end, redo: control.redo },
    }));
