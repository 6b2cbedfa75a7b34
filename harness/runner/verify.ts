import { ServerError, type Connection } from '../adapters/connection.js';
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
      return await target.whenServing(SERVE_AGAIN_BOUND_MS, (connection) => {
        isServing = true;
        onServing();
        return readContents(connection, target, workload);
      });
    } catch (thrown) {
      const isLastingAnswer = thrown instanceof ServerError && !thrown.isFatal;
      if (!isServing || isLastingAnswer || attempt === ATTEMPTS) throw thrown;
    }
  }
}

/** Ends what the workload's transactions left open, and tells what is not as they promised. */
export async function concludeAfterRecovery(target: Target, workload: Workload): Promise<Mismatch[]> {
  if (!workload.conclude) return [];
  return target.whenServing(SERVE_AGAIN_BOUND_MS, async (connection) => {
    const contents = await readContents(connection, target, workload);
    if (target.abilities.transactions) await connection.query('SET lock_timeout = 0');
    return workload.conclude!(async (request) => rowsOf(connection, request), contents);
  });
}

async function rowsOf(connection: Connection, request: string): Promise<Row[]> {
  return [...(await connection.query(request)).rows];
}

/** All of the target's own database in one snapshot, where it has such; each other one in a snapshot of its own. */
async function readContents(connection: Connection, target: Target, workload: Workload): Promise<Contents> {
  if (!target.abilities.transactions) return workload.read((request) => rowsOf(connection, request));
  const others = new Map<string, Connection>();
  try {
    await connection.query(READ);
    const contents = await workload.read(async (sql, database) =>
      rowsOf(database === undefined ? connection : await readerOf(database, target, others), sql),
    );
    await connection.query('COMMIT');
    return contents;
  } finally {
    await Promise.all([...others.values()].map((other) => other.close()));
  }
}

async function readerOf(database: string, target: Target, others: Map<string, Connection>): Promise<Connection> {
  const known = others.get(database);
  if (known) return known;
  const reader = await target.connect({ database });
  others.set(database, reader);
  await reader.query(READ);
  return reader;
}
