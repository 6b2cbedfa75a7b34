import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Relation } from '../catalog/relation.js';
import { Tables } from '../catalog/tables.js';
import type { CommandContext } from './command.js';

/** Makes columns NOT NULL that are not; raises 23502 when a row of the table has a null in one. */
export function requireNotNull({ engine, catalog }: CommandContext, table: Relation, numbers: readonly number[]): void {
  const open = numbers.filter((number) => !table.columns[number - 1].notNull);
  if (open.length === 0) return;
  const { transactions, heap } = engine.access;
  const rows = heap.scan(table.file, transactions.latestSnapshot());
  for (let tuple = rows.next(); tuple !== null; tuple = rows.next()) {
    const values = tuple.values(table.layout);
    const violated = open.find((number) => values[number - 1] === null);
    if (violated !== undefined) throw containsNulls(table, violated);
  }
  rows.close();
  new Tables(engine, catalog).setNotNull(table, open);
}

function containsNulls({ name, schemaName, columns }: Relation, number: number): Error {
  const column = columns[number - 1].name;
  return error(SqlState.notNullViolation, `column "${column}" of relation "${name}" contains null values`, {
    schema: schemaName,
    table: name,
    column,
  });
}
