import pg from 'pg';
import type { Target } from '../adapters/target.js';
import type { Contents, Row, Workload } from '../workloads/workload.js';
import { SERVE_AGAIN_BOUND_MS } from './cycle-config.js';

const ATTEMPTS = 6;

/**
 * Waits until the target serves and reads its contents. A fault of the plan may still strike while we read: then the
 * target recovers once more and we read again.
 */
export async function readAfterRecovery(target: Target, workload: Workload): Promise<Contents> {
  for (let attempt = 1; ; attempt++) {
    await target.waitUntilServing(SERVE_AGAIN_BOUND_MS);
    try {
      return await readContents(target, workload);
    } catch (thrown) {
      const isLastingAnswer = thrown instanceof pg.DatabaseError && thrown.severity === 'ERROR';
      if (isLastingAnswer || attempt === ATTEMPTS) throw thrown;
    }
  }
}

async function readContents(target: Target, workload: Workload): Promise<Contents> {
  const client = new pg.Client({ ...target.connection(), application_name: 'oracle' });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const contents = await workload.read(async (sql) => (await client.query(sql)).rows as Row[]);
    await client.query('COMMIT');
    return contents;
  } finally {
    await client.end().catch(() => {});
  }
}
