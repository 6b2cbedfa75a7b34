import type { DefElem, DropdbStmt } from '@pgsql/types';
import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import type { StoredRow } from '../catalog/catalog-store.js';
import { INVALID_DATABASE, openDatabase, undefinedDatabase } from '../catalog/databases.js';
import { OtherSessions } from '../catalog/other-sessions.js';
import { at, bodyOf } from '../parse/nodes.js';
import type { Command, CommandContext } from './command.js';
import { checkpoint } from './create-database.js';

/** DROP DATABASE (commands/dbcommands.c dropdb). */
export const dropDatabaseCommand: Command<DropdbStmt> = {
  writes: 'DROP DATABASE',
  run(context, body) {
    const isForced = forceOf(body);
    context.block.refuseInBlock('DROP DATABASE');
    const row = openDatabase(context.engine, context.catalog.store, body.dbname!, 'AccessExclusive');
    if (row) dropDatabase(context, row, isForced);
    else if (!body.missing_ok) throw undefinedDatabase(body.dbname!);
    else skip(context, body.dbname!);
    return { tag: 'DROP DATABASE' };
  },
};

function forceOf({ options }: DropdbStmt): boolean {
  for (const node of options ?? []) {
    const { defname, location } = bodyOf(node) as DefElem;
    if (defname !== 'force') {
      throw error(SqlState.syntaxError, `unrecognized DROP DATABASE option "${defname}"`, at(location ?? 0));
    }
  }
  return (options ?? []).length > 0;
}

function skip({ notice }: CommandContext, name: string): void {
  const message = `database "${name}" does not exist, skipping`;
  notice({ severity: 'NOTICE', sqlState: SqlState.successfulCompletion, message });
}

export function requireOwner({ identity }: CommandContext, row: StoredRow): void {
  if (identity.superuser || row.get('datdba') === identity.roleOid) return;
  throw error(SqlState.insufficientPrivilege, `must be owner of database ${row.get('datname') as string}`);
}

function dropDatabase(context: CommandContext, row: StoredRow, isForced: boolean): void {
  const { engine, identity } = context;
  const oid = row.get('oid') as Oid;
  requireOwner(context, row);
  if (row.get('datistemplate') === true) throw error(SqlState.wrongObjectType, 'cannot drop a template database');
  if (oid === identity.databaseOid) throw error(SqlState.objectInUse, 'cannot drop the currently open database');
  const others = new OtherSessions(engine);
  if (isForced) others.terminateAllIn(oid, row.get('datname') as string);
  others.refuseAnyIn(oid, `database "${row.get('datname') as string}" is being accessed by other users`);
  markInvalid(context, row);
  context.catalog.store.delete(CatalogOid.database, row.tid);
  remove(context, oid);
}

/** From here on nothing is undone: whatever happens, nobody may use what is left. */
function markInvalid({ engine, catalog }: CommandContext, row: StoredRow): void {
  catalog.store.updateInPlace(CatalogOid.database, row, { datconnlimit: INVALID_DATABASE });
  engine.wal.flush(engine.wal.insertLsn());
}

/** When a file cannot be removed the command fails, and the database, no good any more, can be dropped again. */
function remove(context: CommandContext, oid: Oid): void {
  const { access } = context.engine;
  access.transactions.forceSynchronousCommit();
  access.databases.drop(oid, () => checkpoint(context));
  access.statistics.forgetDatabase(oid);
}
