import type { TargetAbilities } from '../adapters/target.js';

/**
 * Runs the statements that make a workload's tables, before anything strikes. However long they have to wait: a workload may
 * work with a short lock_timeout, and autovacuum may be at the catalogs at that moment.
 */
export async function setUp(
  query: (request: string) => Promise<unknown>,
  statements: readonly string[],
  { transactions }: Pick<TargetAbilities, 'transactions'>,
): Promise<void> {
  if (transactions) await query('SET lock_timeout = 0');
  for (const statement of statements) await query(statement);
  if (transactions) await query('RESET lock_timeout');
}
