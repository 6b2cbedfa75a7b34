import type { FilesOracle } from './oracle.js';
import { summary } from './summary.js';

/**
 * Verifies: in a stopped cluster every row that is there has one entry in each index of its table, with its key; no entry
 * leads to an unused line pointer, to a row that only an update chain leads to, or to versions of a row that all have
 * other keys.
 *
 * Does not verify: an unsound index (index-structure); rows of prepared transactions; whether keys are unique.
 */
export const indexEntries: FilesOracle = ({ indexes }) =>
  indexes
    .filter(({ agreement }) => agreement.length > 0)
    .map(({ name, file, agreement }) => ({
      invariant: 'index-agreement',
      promised: `index ${name} (${file}) agrees with its table`,
      found: summary(agreement),
    }));
