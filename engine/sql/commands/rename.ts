import type { RenameStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { Indexes } from '../catalog/indexes.js';
import { NewRelations } from '../catalog/new-relation.js';
import type { Relation } from '../catalog/relation.js';
import { Tables } from '../catalog/tables.js';
import type { TableIndex } from '../catalog/table-index.js';
import { unsupported } from '../parse/nodes.js';
import { renameDatabase } from './alter-database.js';
import type { Command, CommandContext } from './command.js';
import { refuseTakenConstraintName } from './keys.js';
import { openOwnTable, openOwnTableIfExists } from './open-tables.js';
import { objectName } from './statement-names.js';

export const renameCommand: Command<RenameStmt> = {
  writes: 'ALTER TABLE',
  run(context, body) {
    switch (body.renameType) {
      case 'OBJECT_DATABASE':
        renameDatabase(context, body);
        return { tag: 'ALTER DATABASE' };
      case 'OBJECT_COLUMN':
        onTable(context, body, renameColumn);
        break;
      case 'OBJECT_TABLE':
        renameTableOrIndex(context, body);
        break;
      case 'OBJECT_INDEX':
        renameTableOrIndex(context, body);
        return { tag: 'ALTER INDEX' };
      case 'OBJECT_TABCONSTRAINT':
        onTable(context, body, renameConstraint);
        break;
      default:
        throw unsupported(`ALTER ${objectName(body.renameType!)}`);
    }
    return { tag: 'ALTER TABLE' };
  },
};

function onTable(
  context: CommandContext,
  body: RenameStmt,
  rename: (context: CommandContext, table: Relation, body: RenameStmt) => void,
): void {
  const table = openOwnTableIfExists(context, body.relation!, 'AccessExclusive', body.missing_ok);
  if (table) rename(context, table, body);
}

/** ALTER TABLE renames indexes too, and ALTER INDEX tables. */
function renameTableOrIndex(context: CommandContext, body: RenameStmt): void {
  const { catalog } = context;
  catalog.cache.refresh();
  const name = { ...body.relation!, location: undefined };
  const found = catalog.find(name);
  if (!found && body.missing_ok) {
    const message = `relation "${name.relname}" does not exist, skipping`;
    context.notice({ severity: 'NOTICE', sqlState: SqlState.successfulCompletion, message });
    return;
  }
  if (found?.kind !== 'index') renameTable(context, openOwnTable(context, name, 'AccessExclusive'), body.newname!);
  else {
    const { table, index } = catalog.openIndex(name, 'AccessShare', 'ShareUpdateExclusive')!;
    renameIndex(context, table, index, body.newname!);
  }
}

function refuseTaken({ engine, catalog }: CommandContext, schema: number, name: string): void {
  new NewRelations(engine, catalog).reserveName(schema, name);
  if (catalog.cache.byName(schema, name)) throw error(SqlState.duplicateTable, `relation "${name}" already exists`);
}

function renameTable(context: CommandContext, relation: Relation, name: string): void {
  refuseTaken(context, relation.schema, name);
  new Tables(context.engine, context.catalog).renameTable(relation, name);
}

function renameIndex(context: CommandContext, table: Relation, index: TableIndex, name: string): void {
  refuseTaken(context, table.schema, name);
  if (index.constraint) refuseTakenConstraintName(context.catalog, table, name);
  new Indexes(context.engine, context.catalog).rename(index, name);
}

function renameConstraint(context: CommandContext, table: Relation, { subname, newname }: RenameStmt): void {
  const index = table.indexes.find(({ constraint }) => constraint?.name === subname);
  if (index) return renameIndex(context, table, index, newname!);
  if (table.checks.some(({ name }) => name === subname)) throw unsupported('renaming a CHECK constraint');
  throw error(SqlState.undefinedObject, `constraint "${subname}" for table "${table.name}" does not exist`);
}

function renameColumn(context: CommandContext, relation: Relation, { subname, newname }: RenameStmt): void {
  const column = relation.columns.find(({ name }) => name === subname);
  if (!column) throw error(SqlState.undefinedColumn, `column "${subname}" does not exist`);
  if (relation.columns.some(({ name }) => name === newname)) {
    throw error(SqlState.duplicateColumn, `column "${newname}" of relation "${relation.name}" already exists`);
  }
  if (relation.checks.length > 0) throw unsupported('renaming a column of a table with CHECK constraints');
  new Tables(context.engine, context.catalog).renameColumn(relation, column.number, newname!);
}
