import { RunningContender, type Contender } from './contender.js';
import { CLIENTS, LOAD_SECONDS, SETTINGS, clientsText, type Measurement } from './measurement.js';
import { pgbench, rateIn } from './pgbench.js';

/**
 * pgbench's own tables and scripts, by prepared statements: a million accounts.
 *
 * Making the tables is a measurement of its own; the others make them once for each contender and go on with what the
 * round before has left, as pgbench is used.
 */
const SCALE = '10';

async function timeOfTables(contender: Contender): Promise<number> {
  const running = await RunningContender.start(contender, SETTINGS);
  try {
    const begun = performance.now();
    pgbench(contender, ['-i', '-q', '-s', SCALE]);
    return (performance.now() - begun) / 1000;
  } finally {
    await running.shutDown();
  }
}

async function rate(contender: Contender, script: string, clients: number): Promise<number> {
  const running = await RunningContender.start(contender, SETTINGS);
  try {
    const tables = await running.query("SELECT relname FROM pg_class WHERE relname = 'pgbench_accounts'");
    if (tables.length === 0) pgbench(contender, ['-i', '-q', '-s', SCALE]);
    const threads = String(Math.min(clients, 2));
    const load = ['-b', script, '-M', 'prepared', '-c', String(clients), '-j', threads, '-T', String(LOAD_SECONDS)];
    return rateIn(pgbench(contender, load));
  } finally {
    await running.shutDown();
  }
}

function load(script: string, label: string): Measurement[] {
  return CLIENTS.map((clients) => ({
    label: `${label}, ${clientsText(clients)}`,
    unit: 'tps',
    lowerIsBetter: false,
    measure: (contender) => rate(contender, script, clients),
  }));
}

export const standardLoads: readonly Measurement[] = [
  { label: `pgbench -i -s ${SCALE}`, unit: 's', lowerIsBetter: true, measure: timeOfTables },
  ...load('tpcb-like', 'TPC-B'),
  ...load('select-only', 'select-only'),
];
