import type { Row, Statement, WrongAnswer } from './workload.js';

/** Whatever is left of transaction ids, what needs none is served. */
const OUT_OF_IDS = '54000';
/** A row that was not frozen in time would be half the circle away. */
const HALF_OF_XIDS = 2 ** 31 - 1;

function servedAtLimit(statement: Statement): Statement {
  return { ...statement, never: [OUT_OF_IDS] };
}

/** VACUUM of a table, or of all of a database. */
export function vacuuming(isFreezing: boolean, { table, database }: { table?: string; database?: string }): Statement {
  const sql = ['VACUUM', isFreezing ? '(FREEZE)' : '', table ?? ''].filter((word) => word !== '').join(' ');
  return servedAtLimit(database === undefined ? { sql } : { sql, database });
}

/** Reads tables again and again in one snapshot, whatever becomes of them meanwhile: the same rows every time. */
export function reading(tables: readonly string[], times: number): Statement[] {
  const first = new Map<string, string>();
  const readOne = (table: string): Statement =>
    servedAtLimit({
      sql: `SELECT key, author FROM ${table} ORDER BY key`,
      expect: (rows) => compare(first, table, rows),
    });
  return [
    { sql: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' },
    ...Array.from({ length: times }, () => tables.map(readOne)).flat(),
    servedAtLimit({ sql: 'SELECT datname, age(datfrozenxid) AS age FROM pg_database', expect: compareAges }),
  ];
}

function compare(first: Map<string, string>, table: string, rows: readonly Row[]): WrongAnswer | undefined {
  const found = rows.map(({ key, author }) => `${String(key)} by ${String(author)}`).join(', ');
  const promised = first.get(table);
  if (promised === undefined) first.set(table, found);
  return promised === undefined || promised === found
    ? undefined
    : { promised: `${table}, as this transaction read it before: ${promised}`, found };
}

function compareAges(rows: readonly Row[]): WrongAnswer | undefined {
  const wrong = rows.find(({ age }) => Number(age) < 0 || Number(age) >= HALF_OF_XIDS);
  if (!wrong) return undefined;
  const found = `${String(wrong.datname)} is ${String(wrong.age)} old`;
  return { promised: 'every database is less than half of all ids old', found };
}
