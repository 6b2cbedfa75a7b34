import pg from 'pg';
import type { Target } from '../adapters/target.js';
import type { Contents, Row, Workload } from '../workloads/workload.js';
import { SERVE_AGAIN_BOUND_MS } from './cycle-config.js';

const ATTEMPTS = 6;

/**
 * Waits until the target serves, calls `onServing` and reads the target's contents. A fault of the plan may still strike
 * while we read: then the target recovers once more and we read again.
 */
export async function readAfterRecovery(
  target: Target,
  workload: Workload,
  onServing: () => void = () => {},
): Promise<Contents> {
  for (let attempt = 1; ; attempt++) {
    let isServing = false;
    try {
      return await target.whenServing(SERVE_AGAIN_BOUND_MS, (client) => {
        isServing = true;
        onServing();
        return readContents(client, workload);
      });
    } catch (thrown) {
      const isLastingAnswer = thrown instanceof pg.DatabaseError && thrown.severity === 'ERROR';
      if (!isServing || isLastingAnswer || attempt === ATTEMPTS) throw thrown;
    }
  }
}

async function readContents(client: pg.Client, workload: Workload): Promise<Contents> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  const contents = await workload.read(async (sql) => (await client.query(sql)).rows as Row[]);
  await client.query('COMMIT');
  return contents;
}
