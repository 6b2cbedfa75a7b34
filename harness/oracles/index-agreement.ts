import type { ContentsOracle } from './oracle.js';

/**
 * Verifies: a table read through each of its indexes, in both directions, shows the rows that reading its pages one by
 * one shows, and in the index's order.
 *
 * Does not verify: what the rows are (atomicity), nor the pages of an index by themselves.
 */
export const indexAgreement: ContentsOracle = ({ examination }) =>
  examination.mismatches.filter(({ invariant }) => invariant === 'index-agreement');
