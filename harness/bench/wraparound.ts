import type pg from 'pg';
import type { Limit, Stage } from './wraparound-stages.js';

/** One thing tried, and what the client was told. */
export interface Told {
  readonly when: string;
  readonly sql: string;
  readonly answer: string;
}

const WHEN: Record<Limit, string> = { warn: 'warning limit', stop: 'stop limit' };
const TRIED: Record<Limit, readonly string[]> = {
  warn: ['insert into t values (2)', 'select count(*) > 0 from t'],
  stop: [
    'insert into t values (3)',
    'select txid_current()',
    'create table u(a int)',
    'create database d',
    'select count(*) > 0 from t',
    'select txid_current_if_assigned()',
    'begin read only; select 1; commit',
  ],
};
/** Far more than there are between where a stage is brought and the limit. */
const MOST_IDS = 5000;

/** Past autovacuum_freeze_max_age, which is 200 million. */
const TOO_OLD = 201_000_000;
const FORCED_VACUUM_BOUND_MS = 60_000;
const VACUUMED = [
  'show autovacuum',
  `select age(relfrozenxid) < 100000000 from pg_class where relname = 't'`,
  `select autovacuum_count > 0 from pg_stat_user_tables where relname = 't'`,
  'select count(*) from t',
];
const LONGEST_JUMP = 2_000_000_000;
const ROUND = 2 ** 32;
const BEFORE_THE_WRAP = 20;
const WRAPPED = [
  'select txid_current() > 4294967296',
  'insert into t values (6)',
  'select a, xmin::text::bigint > 4294967000, xmin::text::bigint < 1000 from t where a > 4 order by a',
  'select count(*) from t',
];

/**
 * Leads a server to both limits of its transaction ids, tries what clients do there, and leads it back by freezing; then
 * to where it vacuums by itself, and across the wrap.
 */
export async function playWraparound(stage: Stage): Promise<Told[]> {
  try {
    await stage.open();
    const told = await tried(stage, 'before', ['create table t(a int)', 'insert into t values (1)']);
    for (const limit of ['warn', 'stop'] as const) {
      await stage.approach(limit);
      await useUp(stage, limit);
      told.push(...(await tried(stage, WHEN[limit], TRIED[limit])));
    }
    await stage.freezeAll();
    told.push(...(await tried(stage, 'after VACUUM FREEZE', ['insert into t values (4)'])));
    await stage.jumpTo((oldest) => oldest + TOO_OLD);
    await forcedVacuum(stage);
    told.push(...(await tried(stage, 'forced vacuum', VACUUMED)));
    await leadTo(stage, ROUND - BEFORE_THE_WRAP);
    told.push(...(await tried(stage, 'before the wrap', ['insert into t values (5)'])));
    await useIds(stage, 2 * BEFORE_THE_WRAP);
    return [...told, ...(await tried(stage, 'after the wrap', WRAPPED))];
  } finally {
    await stage.close();
  }
}

/** Both servers' answers side by side, as a table of Markdown. */
export function wraparoundTable(names: readonly string[], told: readonly (readonly Told[])[]): string {
  const rows = told[0].map(({ when, sql }, index) => {
    const answers = told.map((each) => each[index].answer.replaceAll('\n', '<br>'));
    return `| ${[when, `\`${sql}\``, ...answers].join(' | ')} |`;
  });
  return [`| when | statement | ${names.join(' | ')} |`, `|${' --- |'.repeat(2 + names.length)}`, ...rows].join('\n');
}

async function useUp(stage: Stage, limit: Limit): Promise<void> {
  const client = await stage.connect();
  const told: Limit[] = [];
  client.on('notice', () => told.push('warn'));
  for (let used = 0; !told.includes(limit) && used < MOST_IDS; used++) {
    await client.query('select txid_current()').catch(() => told.push('stop'));
  }
  await client.end();
  if (!told.includes(limit)) throw new Error(`${stage.name} has not come to its ${WHEN[limit]}`);
}

/** Until the server has frozen what is too old in every database, without being asked. */
async function forcedVacuum(stage: Stage): Promise<void> {
  const client = await stage.connect();
  const deadline = performance.now() + FORCED_VACUUM_BOUND_MS;
  for (;;) {
    const { rows } = await client.query<{ age: number }>('select max(age(datfrozenxid)) as age from pg_database');
    if (rows[0].age < TOO_OLD / 2) break;
    if (performance.now() > deadline) throw new Error(`${stage.name} does not vacuum: ${rows[0].age} ids old`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await client.end();
}

/** No jump may leave the oldest id in the future; a forced vacuum between two brings it along. */
async function leadTo(stage: Stage, xid: number): Promise<void> {
  while ((await stage.jumpTo((oldest) => Math.min(xid, oldest + LONGEST_JUMP))) < xid) await forcedVacuum(stage);
}

async function useIds(stage: Stage, count: number): Promise<void> {
  const client = await stage.connect();
  for (let used = 0; used < count; used++) await client.query('select txid_current()');
  await client.end();
}

async function tried(stage: Stage, when: string, statements: readonly string[]): Promise<Told[]> {
  const client = await stage.connect();
  const told: Told[] = [];
  for (const sql of statements) told.push({ when, sql, answer: await answerTo(client, sql) });
  await client.end();
  return told;
}

/** How many ids are left is each server's own affair. */
async function answerTo(client: pg.Client, sql: string): Promise<string> {
  const lines: string[] = [];
  const hear = ({ severity, message, hint }: { severity?: string; message?: string; hint?: string }): unknown =>
    lines.push(`${severity}: ${message}${hint ? `\nHINT: ${hint}` : ''}`.replace(/within \d+ /, 'within N '));
  client.on('notice', hear);
  try {
    const results = [await client.query({ text: sql, rowMode: 'array' })].flat();
    lines.push(results.map(({ rows, command }) => (rows.length > 0 ? JSON.stringify(rows) : command)).join('\n'));
  } catch (thrown) {
    const { code, hint, message } = thrown as { code: string; hint?: string; message: string };
    hear({ severity: `ERROR ${code}`, message, hint });
  } finally {
    client.off('notice', hear);
  }
  return lines.join('\n');
}
