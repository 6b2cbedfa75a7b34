import { RunningContender, type Contender } from './contender.js';
import { SETTINGS, type Measurement } from './measurement.js';

const ROWS = 1_000_000;

/** Rows whose key is in no order. */
const TABLE = [
  'DROP TABLE IF EXISTS maintained',
  'CREATE TABLE maintained (key int, filler text)',
  `INSERT INTO maintained SELECT (n::bigint * 7919 % 1000003)::int, 'twenty-two bytes of it' FROM generate_series(1, ${ROWS}) n`,
];

/** Seconds that `statement` takes after `preparation`, all that came before being on disk. */
async function time(contender: Contender, preparation: readonly string[], statement: string): Promise<number> {
  const running = await RunningContender.start(contender, { ...SETTINGS, autovacuum: 'off' });
  try {
    for (const sql of [...TABLE, ...preparation, 'CHECKPOINT']) await running.query(sql);
    const begun = performance.now();
    await running.query(statement);
    return (performance.now() - begun) / 1000;
  } finally {
    await running.shutDown();
  }
}

const INDEX = 'CREATE INDEX maintained_key ON maintained (key)';

export const maintenance: readonly Measurement[] = [
  {
    label: 'CREATE INDEX, 1,000,000 rows',
    unit: 's',
    lowerIsBetter: true,
    measure: (contender) => time(contender, [], INDEX),
  },
  {
    label: 'VACUUM, half of them dead',
    unit: 's',
    lowerIsBetter: true,
    measure: (contender) => time(contender, [INDEX, 'DELETE FROM maintained WHERE key % 2 = 0'], 'VACUUM maintained'),
  },
];
