import { writeFileSync } from 'node:fs';
import { withFile } from 'tmp-promise';
import { RunningContender, type Contender } from './contender.js';
import { CLIENTS, LOAD_SECONDS, SETTINGS, clientsText, type Measurement } from './measurement.js';
import { pgbench, rateIn } from './pgbench.js';
import { maintenance } from './maintenance.js';
import { standardLoads } from './standard-loads.js';

const REPLAY_STATEMENTS = 12;

async function startTime(contender: Contender): Promise<number> {
  const running = await RunningContender.start(contender, SETTINGS);
  await running.shutDown();
  return running.firstQueryMs;
}

async function crashTime(contender: Contender): Promise<number> {
  const running = await RunningContender.start(contender, SETTINGS);
  await running.query('CREATE TABLE IF NOT EXISTS crash_bench (n int)');
  await running.query('INSERT INTO crash_bench VALUES (1)');
  await running.kill();
  const again = await RunningContender.start(contender, SETTINGS);
  await again.shutDown();
  return again.firstQueryMs;
}

async function commitRate(contender: Contender, clients: number): Promise<number> {
  const running = await RunningContender.start(contender, SETTINGS);
  try {
    await running.query('DROP TABLE IF EXISTS load');
    await running.query('CREATE TABLE load (client int, n int, filler text)');
    return await withFile(async ({ path }) => {
      writeFileSync(path, `INSERT INTO load VALUES (:client_id, 1, 'twenty-two bytes of it');\n`);
      return rateIn(pgbench(contender, ['-n', '-f', path, '-c', String(clients), '-T', String(LOAD_SECONDS)]));
    });
  } finally {
    await running.shutDown();
  }
}

async function walBytes(running: RunningContender): Promise<number> {
  const [row] = (await running.query(`SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes`)) as { bytes: string }[];
  return Number(row.bytes);
}

/** WAL of row inserts and updates, left unflushed to the data files, over the time its recovery adds to a start. */
async function replayRate(contender: Contender): Promise<number> {
  const idleStartMs = await crashTime(contender);
  const running = await RunningContender.start(contender, SETTINGS);
  await running.query('CREATE TABLE replay (n int, filler text)');
  await running.query('CHECKPOINT');
  const before = await walBytes(running);
  const row = `SELECT n, repeat('x', 300) FROM generate_series(1, 20000) n`;
  for (let i = 0; i < REPLAY_STATEMENTS; i++) await running.query(`INSERT INTO replay ${row}`);
  const bytes = (await walBytes(running)) - before;
  await running.kill();
  const again = await RunningContender.start(contender, SETTINGS);
  await again.query('DROP TABLE replay');
  await again.shutDown();
  return bytes / 2 ** 20 / (Math.max(1, again.firstQueryMs - idleStartMs) / 1000);
}

export const measurements: readonly Measurement[] = [
  { label: 'start to first query', unit: 'ms', lowerIsBetter: true, measure: startTime },
  { label: 'kill -9 of all to first query', unit: 'ms', lowerIsBetter: true, measure: crashTime },
  ...CLIENTS.map((clients): Measurement => ({
    label: `inserts committed, ${clientsText(clients)}`,
    unit: 'commits/s',
    lowerIsBetter: false,
    measure: (contender) => commitRate(contender, clients),
  })),
  { label: 'WAL replay', unit: 'MB/s', lowerIsBetter: false, measure: replayRate },
  ...standardLoads,
  ...maintenance,
];
