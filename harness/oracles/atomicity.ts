import type { ContentsOracle } from './oracle.js';
import { describeTransaction } from './describe-transaction.js';

/**
 * Verifies: of each transaction either every part is in the data or none, and the data are what the workload's model
 * gives for exactly the transactions that are there (sums, counters, list order, rows, tables).
 *
 * Does not verify: what only an index says (index-agreement), which transactions ought to be there (durability, no-resurrection), nor isolation while running.
 */
export const atomicity: ContentsOracle = ({ history, examination }) => {
  const partial = history.transactions.flatMap((each) => {
    const presence = examination.presence.get(each.tag);
    if (!presence || presence.parts === 0 || presence.parts === presence.of) return [];
    return [
      {
        invariant: 'atomicity' as const,
        promised: `all or nothing of ${describeTransaction(each)}`,
        found: `${presence.parts} of its ${presence.of} parts`,
      },
    ];
  });
  return [
    ...partial,
    ...examination.mismatches.filter(({ invariant }) => invariant === 'atomicity' || invariant === 'durability'),
  ];
};
