import type { DefElem, RangeVar, ReindexStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { Indexes } from '../catalog/indexes.js';
import { bodyOf, unsupported } from '../parse/nodes.js';
import type { Command, CommandContext } from './command.js';
import { openOwnTable } from './open-tables.js';

/**
 * REINDEX: new files for indexes. Scans of an index hold no lock of its own but only their table's, so nobody may look at
 * the table meanwhile, where PostgreSQL keeps out only who would use the index.
 */
export const reindexCommand: Command<ReindexStmt> = {
  writes: 'REINDEX',
  run(context, body) {
    const options = (body.params ?? []).map((node) => (bodyOf(node) as DefElem).defname!);
    const refused = options.find((option) => option !== 'verbose');
    if (refused) throw unsupported(`REINDEX ${refused.toUpperCase()}`);
    if (body.kind === 'REINDEX_OBJECT_INDEX') reindexIndex(context, body.relation!);
    else if (body.kind === 'REINDEX_OBJECT_TABLE') reindexTable(context, body.relation!);
    else throw unsupported(`REINDEX ${body.kind!.slice('REINDEX_OBJECT_'.length)}`);
    return { tag: 'REINDEX' };
  },
};

function reindexIndex({ engine, catalog }: CommandContext, name: RangeVar): void {
  const found = catalog.openIndex({ ...name, location: undefined }, 'AccessExclusive', 'AccessExclusive');
  if (!found) throw error(SqlState.undefinedTable, `relation "${name.relname}" does not exist`);
  new Indexes(engine, catalog).rebuild(found.table.oid, found.index.oid);
}

function reindexTable(context: CommandContext, name: RangeVar): void {
  const { engine, catalog, notice } = context;
  if (catalog.find({ ...name, location: undefined })?.kind === 'index')
    throw error(SqlState.wrongObjectType, `"${name.relname}" is not a table or materialized view`);
  const table = openOwnTable(context, name, 'AccessExclusive');
  const indexes = new Indexes(engine, catalog);
  for (const { oid } of table.indexes) indexes.rebuild(table.oid, oid);
  if (table.indexes.length > 0) return;
  const message = `table "${table.name}" has no indexes to reindex`;
  notice({ severity: 'NOTICE', sqlState: SqlState.successfulCompletion, message });
}
