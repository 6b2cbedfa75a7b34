import type { IndexStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { Indexes } from '../catalog/indexes.js';
import { NewRelations } from '../catalog/new-relation.js';
import type { Relation } from '../catalog/relation.js';
import { unsupported } from '../parse/nodes.js';
import type { Command, CommandContext } from './command.js';
import { indexColumns } from './index-columns.js';
import { chooseIndexName, indexColumnNames } from './index-names.js';
import { openOwnTable } from './open-tables.js';
import { indexOptions } from './storage-options.js';

/** CREATE INDEX (commands/indexcmds.c DefineIndex): B-trees on plain columns, made while nobody writes to the table. */
export const createIndexCommand: Command<IndexStmt> = {
  writes: 'CREATE INDEX',
  run(context, body) {
    refuseOptions(body);
    const table = openOwnTable(context, body.relation!, 'Share');
    if (body.idxname !== undefined && isTaken(context, table, body.idxname, body.if_not_exists === true))
      return { tag: 'CREATE INDEX' };
    const { places, keys } = indexColumns(table, body.indexParams, body.indexIncludingParams);
    const columnNames = indexColumnNames(places.map((place) => table.columns[place].name));
    const options = indexOptions(body.options);
    const names = new NewRelations(context.engine, context.catalog);
    new Indexes(context.engine, context.catalog).create(table, {
      name: body.idxname ?? chooseIndexName(context.catalog, names, table, columnNames, 'idx'),
      places,
      columnNames,
      keys,
      options,
      isUnique: body.unique === true,
      nullsNotDistinct: body.nulls_not_distinct === true,
      constraint: null,
    });
    return { tag: 'CREATE INDEX' };
  },
};

/** Access methods that PostgreSQL has. */
const OTHER_METHODS = new Set(['hash', 'gist', 'gin', 'spgist', 'brin']);

function refuseOptions({ accessMethod, concurrent, whereClause, tableSpace }: IndexStmt): void {
  if (concurrent) throw unsupported('CREATE INDEX CONCURRENTLY');
  if (whereClause) throw unsupported('a partial index');
  if (OTHER_METHODS.has(accessMethod!)) throw unsupported(`the access method "${accessMethod}"`);
  if (accessMethod !== 'btree') throw error(SqlState.undefinedObject, `access method "${accessMethod}" does not exist`);
  if (tableSpace && tableSpace !== 'pg_default') throw unsupported('TABLESPACE');
}

/** An index lies in its table's schema, and shares its names with tables. */
function isTaken({ engine, catalog, notice }: CommandContext, table: Relation, name: string, isOk: boolean): boolean {
  new NewRelations(engine, catalog).reserveName(table.schema, name);
  if (!catalog.cache.byName(table.schema, name)) return false;
  const message = `relation "${name}" already exists`;
  if (!isOk) throw error(SqlState.duplicateTable, message);
  notice({ severity: 'NOTICE', sqlState: SqlState.duplicateTable, message: `${message}, skipping` });
  return true;
}
