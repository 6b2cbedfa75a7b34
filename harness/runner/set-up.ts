/**
 * Runs the statements that make a workload's tables, before anything strikes. However long they have to wait: a workload may
 * work with a short lock_timeout, and autovacuum may be at the catalogs at that moment.
 */
export async function setUp(query: (sql: string) => Promise<unknown>, statements: readonly string[]): Promise<void> {
  await query('SET lock_timeout = 0');
  for (const sql of statements) await query(sql);
  await query('RESET lock_timeout');
}
