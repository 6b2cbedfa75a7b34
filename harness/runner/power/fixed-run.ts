import type { SimulatedCluster, SimulatedSession, SimulatedTarget } from '../../adapters/simulated-target.js';
import { History } from '../../history/history.js';
import type { StorageEvent } from '../../trace/storage-event.js';
import type { PlannedTransaction } from '../../workloads/stream.js';
import { workloadNamed } from '../../workloads/workload-table.js';
import type { PowerConfig } from './power-config.js';
import type { TracedRun } from './traced-run.js';
import { SimulatedClient } from './simulated-client.js';

const MEGABYTE = 1024 * 1024;
/** How far from its segment's end the log stands, at most, when the filling is done: less than what follows logs. */
const LEFT_IN_SEGMENT_BYTES = 700;
/** What a row's record takes beside the row. */
const OVERHEAD_BYTES = 100;

/** What the run of the exhaustive mode is made with; nothing in it is drawn. */
export const fixedConfig: PowerConfig = {
  seed: 0,
  workload: 'bank',
  clients: [1],
  asyncShare: 0,
  rollbackShare: 0,
  transactionsPerClient: 3,
  skip: [],
  statementMode: 'single',
  turns: { checkpointer: 0, bgwriter: 0, walwriter: 0, restart: 0 },
  interruptChance: 0,
  walSegmentMegabytes: 1,
  settings: {
    shared_buffers: 16,
    wal_buffers: 16,
    bgwriter_lru_maxpages: 100,
    min_wal_size: '2MB',
    max_wal_size: '2MB',
  },
  faults: [],
  script: 'across-checkpoint',
};

/** Messages of the second transaction after which the checkpoint comes: BEGIN and the first UPDATE. */
const TURNS_BEFORE_CHECKPOINT = 2;

/**
 * A small run to be crashed everywhere: a transaction on two tables with a checkpoint in its middle, whose log goes over
 * the end of a segment. Throws when it is not that any more.
 */
export async function fixedRun(target: SimulatedTarget): Promise<TracedRun> {
  const workload = workloadNamed(fixedConfig.workload);
  const shape = { clients: 1, asyncShare: 0, rollbackShare: 0 };
  const history = new History();
  const events: StorageEvent[] = [];
  let sequence = 0;
  const nextSequence = (): number => ++sequence;
  const base = await target.template(fixedConfig.walSegmentMegabytes);
  const volume = base.fork();
  const cluster = target.openCluster(volume, {
    settings: fixedConfig.settings,
    observe: (process, act) =>
      events.push({ ...act, process, start: nextSequence(), end: nextSequence() } as StorageEvent),
  });
  cluster.start();
  const session = cluster.connect(1);
  for (const sql of workload.setup(shape)) session.query(sql);
  const query = (sql: string): unknown => Object.values(session.query(sql)[0] ?? {})[0];
  const transfer = (source: number): PlannedTransaction => ({
    effect: { kind: 'transfer', source, target: source + 1, amount: 7 },
    commits: true,
    synchronous: true,
  });
  const planned = [1, 2, 3].map((number) => ({ number, transaction: transfer(3 * number) }));
  const client = new SimulatedClient({
    client: 1,
    workload,
    planned,
    statementMode: 'single',
    history,
    nextSequence,
    nowMs: () => cluster.nowMs(),
    queryIn: (database, sql) => cluster.queryIn(database, 1, sql),
  });
  client.session = session;
  while (history.transactions[0]?.outcome === undefined) client.turn();
  makeWideTable(query);
  fillSegment(query);
  cluster.checkpoint();
  const readyAt = nextSequence();
  acrossCheckpoint(client, cluster, cluster.connect(2));
  cluster.dispose();
  const run = { base, events, history, workload, shape, readyAt, endedAt: nextSequence(), volume, faults: [], log: [] };
  verify(run);
  return run;
}

/** A table of more pages than there are buffers, read once so that reading it again changes nothing. */
function makeWideTable(query: (sql: string) => unknown): void {
  query('CREATE TABLE wide (padding text)');
  for (let page = 0; page < 20; page++) query(`INSERT INTO wide VALUES ('${'x'.repeat(7000)}')`);
  query('SELECT count(*) FROM wide');
}

/** Logs rows until only so much is left in the segment. */
function fillSegment(query: (sql: string) => unknown): void {
  query('CREATE TABLE filler (padding text)');
  for (;;) {
    const left = MEGABYTE - (positionOf(query('SELECT pg_current_wal_insert_lsn()')) % MEGABYTE);
    const bytes = Math.min(7000, left - LEFT_IN_SEGMENT_BYTES - OVERHEAD_BYTES);
    if (bytes <= 0) return;
    query(`INSERT INTO filler VALUES ('${'x'.repeat(bytes)}')`);
  }
}

function positionOf(text: unknown): number {
  const [high, low] = String(text).split('/');
  return parseInt(high, 16) * 0x1_0000_0000 + parseInt(low, 16);
}

/** Between two messages a reader goes through more pages than there are buffers, so that changed ones are written. */
function acrossCheckpoint(client: SimulatedClient, cluster: SimulatedCluster, reader: SimulatedSession): void {
  for (let turn = 0; !client.done; turn++) {
    client.turn();
    if (turn === TURNS_BEFORE_CHECKPOINT) cluster.checkpoint();
    reader.query('SELECT count(*) FROM wide');
  }
}

function verify({ events, readyAt, history }: TracedRun): void {
  const after = events.filter(({ start }) => start > readyAt);
  const writes = after.filter(({ kind, path }) => kind === 'write' && path.includes('/pg_wal/'));
  const hasSwitched = new Set(writes.map(({ path }) => path)).size > 1;
  const hasCheckpointed = after.some(({ kind, path }) => kind === 'write' && path.endsWith('/pg_control'));
  const isCommitted =
    history.transactions.every(({ outcome }) => outcome === 'ok') && history.transactions.length === 3;
  if (!hasSwitched || !hasCheckpointed || !isCommitted) {
    throw new Error(
      `the fixed run is not what it should be: segment switch ${hasSwitched}, checkpoint ${hasCheckpointed}, committed ${isCommitted}`,
    );
  }
}
