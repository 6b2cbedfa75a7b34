import type { AlterDatabaseStmt, RenameStmt } from '@pgsql/types';
import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import type { CatalogRow, StoredRow } from '../catalog/catalog-store.js';
import { INVALID_DATABASE, openDatabase, reserveDatabaseName, undefinedDatabase } from '../catalog/databases.js';
import { OtherSessions } from '../catalog/other-sessions.js';
import type { Command, CommandContext } from './command.js';
import { requireCreateDb } from './create-database.js';
import { alterationOptions } from './database-options.js';
import { requireOwner } from './drop-database.js';

/** ALTER DATABASE with options (commands/dbcommands.c AlterDatabase). */
export const alterDatabaseCommand: Command<AlterDatabaseStmt> = {
  writes: 'ALTER DATABASE',
  run(context, body) {
    const { isTemplate, allowsConnections, connectionLimit } = alterationOptions(body.options);
    const row = openOwn(context, body.dbname!);
    if (row.get('datconnlimit') === INVALID_DATABASE) {
      throw error(SqlState.objectNotInPrerequisiteState, `cannot alter invalid database "${body.dbname}"`, {
        hint: 'Use DROP DATABASE to drop invalid databases.',
      });
    }
    if (allowsConnections === false && row.get('oid') === context.identity.databaseOid) {
      throw error(SqlState.invalidParameterValue, 'cannot disallow connections for current database');
    }
    change(context, row, {
      datistemplate: isTemplate ?? row.get('datistemplate'),
      datallowconn: allowsConnections ?? row.get('datallowconn'),
      datconnlimit: connectionLimit ?? row.get('datconnlimit'),
    });
    return { tag: 'ALTER DATABASE' };
  },
};

/** ALTER DATABASE ... RENAME TO: not while anyone is connected, for sessions remember their database's name. */
export function renameDatabase(context: CommandContext, { subname, newname }: RenameStmt): void {
  const row = openOwn(context, subname!);
  requireCreateDb(context, 'permission denied to rename database');
  reserveDatabaseName(context.engine, context.catalog.store, newname!);
  if (row.get('oid') === context.identity.databaseOid) {
    throw error(SqlState.featureNotSupported, 'current database cannot be renamed');
  }
  const message = `database "${subname}" is being accessed by other users`;
  new OtherSessions(context.engine).refuseAnyIn(row.get('oid') as Oid, message);
  change(context, row, { datname: newname });
}

function openOwn(context: CommandContext, name: string): StoredRow {
  const row = openDatabase(context.engine, context.catalog.store, name, 'AccessExclusive');
  if (!row) throw undefinedDatabase(name);
  requireOwner(context, row);
  return row;
}

function change({ catalog }: CommandContext, row: StoredRow, columns: CatalogRow): void {
  catalog.store.update(CatalogOid.database, row, columns);
}
