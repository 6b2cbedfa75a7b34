import type { FilesOracle } from './oracle.js';

/**
 * Verifies: in a stopped cluster a page that the visibility map calls all-visible has only rows that everybody sees, and
 * says so itself; one that it calls all-frozen has only frozen rows, and is all-visible.
 *
 * Does not verify: that bits are set where they could be.
 */
export const visibilityMap: FilesOracle = ({ pages, moment }) => {
  if (moment !== 'stopped') return [];
  return pages.flatMap(({ file, block, lsn, marks, hidden, unfrozen }) => {
    const wrong = (promised: string, found: string) => ({
      invariant: 'visibility-map' as const,
      promised: `${file} block ${block} is marked ${promised}`,
      found,
      lsns: { page: lsn },
    });
    return [
      ...(hidden.length > 0 ? [wrong('all-visible, so everybody sees its rows', hidden.join('; '))] : []),
      ...(unfrozen.length > 0 ? [wrong('all-frozen, so its rows are frozen', unfrozen.join('; '))] : []),
      ...(marks.allFrozen && !marks.allVisible ? [wrong('all-frozen', 'it is not marked all-visible')] : []),
    ];
  });
};
