import type { FilesOracle } from './oracle.js';

/**
 * Verifies: in a stopped cluster every page has a right checksum and a sound structure (header bounds, line pointers,
 * row headers).
 *
 * Does not verify: right after a crash, when a torn page is allowed since the log holds its image; meaning of rows.
 */
export const pageStructure: FilesOracle = ({ pages, moment }) => {
  if (moment !== 'stopped') return [];
  return pages
    .filter(({ problems }) => problems.length > 0)
    .map(({ file, block, lsn, problems }) => ({
      invariant: 'page-structure',
      promised: `${file} block ${block} is a sound page`,
      found: problems.join('; '),
      lsns: { page: lsn },
    }));
};
