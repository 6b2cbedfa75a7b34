import type { FilesOracle } from './oracle.js';
import { summary } from './summary.js';

/**
 * Verifies: in a stopped cluster every index is a sound tree: keys in order within pages and across them, pages linked both
 * ways and each with its downlink, no page outside the tree.
 *
 * Does not verify: what its entries lead to (index-entries), nor pages by themselves (page-structure).
 */
export const indexStructure: FilesOracle = ({ indexes }) =>
  indexes
    .filter(({ structure }) => structure.length > 0)
    .map(({ name, file, structure }) => ({
      invariant: 'index-structure',
      promised: `index ${name} (${file}) is sound`,
      found: summary(structure),
    }));
