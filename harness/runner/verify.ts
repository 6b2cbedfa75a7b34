import pg from 'pg';
import type { Target } from '../adapters/target.js';
import type { Contents, Mismatch, Row, Workload } from '../workloads/workload.js';
import { SERVE_AGAIN_BOUND_MS } from './cycle-config.js';

const ATTEMPTS = 6;
/** Whatever timeout the workload works with, a reader waits for autovacuum to let go of a table. */
const READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL lock_timeout = 0';

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
        return readContents(client, target.connection(), workload);
      });
    } catch (thrown) {
      const isLastingAnswer = thrown instanceof pg.DatabaseError && thrown.severity === 'ERROR';
      if (!isServing || isLastingAnswer || attempt === ATTEMPTS) throw thrown;
    }
  }
}

/** Ends what the workload's transactions left open, and tells what is not as they promised. */
export async function concludeAfterRecovery(target: Target, workload: Workload): Promise<Mismatch[]> {
  if (!workload.conclude) return [];
  return target.whenServing(SERVE_AGAIN_BOUND_MS, async (client) => {
    const contents = await readContents(client, target.connection(), workload);
    await client.query('SET lock_timeout = 0');
    return workload.conclude!(async (sql) => (await client.query(sql)).rows as Row[], contents);
  });
}

/** All of the target's own database in one snapshot; each other one in a snapshot of its own. */
async function readContents(client: pg.Client, config: pg.ClientConfig, workload: Workload): Promise<Contents> {
  const others = new Map<string, pg.Client>();
  try {
    await client.query(READ);
    const contents = await workload.read(async (sql, database) => {
      const reader = database === undefined ? client : await readerOf(database, config, others);
      return (await reader.query(sql)).rows as Row[];
    });
    await client.query('COMMIT');
    return contents;
  } finally {
    await Promise.all([...others.values()].map((other) => other.end().catch(() => {})));
  }
}

async function readerOf(database: string, config: pg.ClientConfig, others: Map<string, pg.Client>): Promise<pg.Client> {
  const known = others.get(database);
  if (known) return known;
  const reader = new pg.Client({ ...config, database });
  reader.on('error', () => {});
  others.set(database, reader);
  await reader.connect();
  await reader.query(READ);
  return reader;
}
