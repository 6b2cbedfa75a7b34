import type { FilesOracle } from './oracle.js';

/**
 * Verifies: in a stopped cluster the commit log has every transaction that a row refers to and of which the row itself does
 * not say what became of it.
 *
 * Does not verify: that it says the right thing (durability, no-resurrection).
 */
export const commitLog: FilesOracle = ({ pages, fateOf, moment }) => {
  if (moment !== 'stopped') return [];
  return pages.flatMap(({ file, block, undecided }) =>
    [...new Set(undecided)]
      .filter((xid) => fateOf(xid) === 'missing')
      .map((xid) => ({
        invariant: 'commit-log' as const,
        promised: `the commit log has transaction ${xid}, to which ${file} block ${block} refers`,
        found: 'that part of it is not there',
      })),
  );
};
