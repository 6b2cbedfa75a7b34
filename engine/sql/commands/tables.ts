import type {
  AlterTableCmd,
  AlterTableStmt,
  DropStmt,
  LockStmt,
  Node,
  RangeVar,
  RenameStmt,
  TruncateStmt,
} from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { lockModes, type LockMode } from '../../storage/locks/lock-mode.js';
import type { TableName } from '../catalog/catalog.js';
import type { Relation } from '../catalog/relation.js';
import { Tables } from '../catalog/tables.js';
import { bodyOf, namesOf, unsupported } from '../parse/nodes.js';
import { renameDatabase } from './alter-database.js';
import type { Command, CommandContext } from './command.js';
import { defineColumn } from './create-table.js';

export const dropCommand: Command<DropStmt> = {
  writes: 'DROP TABLE',
  run(context, body) {
    if (body.removeType !== 'OBJECT_TABLE')
      throw unsupported(`DROP ${body.removeType!.slice('OBJECT_'.length).replaceAll('_', ' ')}`);
    const tables = new Tables(context.engine, context.catalog);
    const found = (body.objects ?? []).flatMap((object) => toDrop(context, nameOf(object), body.missing_ok === true));
    for (const relation of new Set(found)) tables.drop(relation);
    return { tag: 'DROP TABLE' };
  },
};

function nameOf(object: Node): TableName {
  const [relname, schemaname, catalogname] = namesOf((bodyOf(object) as { items: Node[] }).items).reverse();
  return { relname, schemaname, catalogname };
}

function toDrop(context: CommandContext, name: TableName, missingOk: boolean): Relation[] {
  const { catalog } = context;
  const shown = name.schemaname ? `${name.schemaname}.${name.relname}` : name.relname;
  if (missingOk && name.schemaname && catalog.cache.schemaOid(name.schemaname) === undefined) {
    context.notice({
      severity: 'NOTICE',
      sqlState: SqlState.successfulCompletion,
      message: `schema "${name.schemaname}" does not exist, skipping`,
    });
    return [];
  }
  const relation = catalog.openIfExists(name, 'AccessExclusive');
  if (relation) return [requireOwnTable(relation)];
  if (!missingOk) throw error(SqlState.undefinedTable, `table "${shown}" does not exist`);
  context.notice({
    severity: 'NOTICE',
    sqlState: SqlState.successfulCompletion,
    message: `table "${name.relname}" does not exist, skipping`,
  });
  return [];
}

/** Catalogs and built-in views stay as they are. */
function requireOwnTable(relation: Relation): Relation {
  if (relation.kind === 'view') throw error(SqlState.wrongObjectType, `"${relation.name}" is not a table`);
  if (relation.isCatalog)
    throw error(SqlState.insufficientPrivilege, `permission denied: "${relation.name}" is a system catalog`);
  return relation;
}

/** Errors of commands do not point into the statement. */
function openOwnTable({ catalog }: CommandContext, name: RangeVar, mode: LockMode): Relation {
  return requireOwnTable(catalog.open({ ...name, location: undefined }, mode));
}

export const truncateCommand: Command<TruncateStmt> = {
  writes: 'TRUNCATE TABLE',
  run(context, body) {
    if (body.restart_seqs) throw unsupported('RESTART IDENTITY');
    const tables = new Tables(context.engine, context.catalog);
    const found = (body.relations ?? []).map((node) =>
      openOwnTable(context, bodyOf(node) as RangeVar, 'AccessExclusive'),
    );
    for (const relation of new Set(found)) tables.truncate(relation);
    return { tag: 'TRUNCATE TABLE' };
  },
};

export const lockCommand: Command<LockStmt> = {
  run(context, body) {
    if (context.block.status !== 'T') {
      throw error(SqlState.noActiveSqlTransaction, 'LOCK TABLE can only be used in transaction blocks');
    }
    const mode = lockModes[body.mode! - 1];
    for (const node of body.relations ?? []) {
      const name = bodyOf(node) as RangeVar;
      if (body.nowait) lockNow(context, name, mode);
      else openOwnTable(context, name, mode);
    }
    return { tag: 'LOCK TABLE' };
  },
};

function lockNow({ engine, catalog, identity }: CommandContext, name: RangeVar, mode: LockMode): void {
  catalog.cache.refresh();
  const relation = catalog.find(name);
  if (!relation) throw error(SqlState.undefinedTable, `relation "${name.relname}" does not exist`);
  const tag = { kind: 'relation', database: identity.databaseOid, relation: requireOwnTable(relation).oid } as const;
  if (engine.storage.locks.acquire(tag, mode, { wait: false })) return;
  throw error(SqlState.lockNotAvailable, `could not obtain lock on relation "${relation.name}"`);
}

export const alterTableCommand: Command<AlterTableStmt> = {
  writes: 'ALTER TABLE',
  run(context, body) {
    if (body.objtype !== 'OBJECT_TABLE') throw unsupported(`ALTER ${body.objtype!.slice('OBJECT_'.length)}`);
    const commands = (body.cmds ?? []).map((node) => bodyOf(node) as AlterTableCmd);
    for (const { subtype } of commands)
      if (subtype !== 'AT_AddColumn') throw unsupported(`ALTER TABLE (${subtype!.slice(3)})`);
    const tables = new Tables(context.engine, context.catalog);
    for (const command of commands) addColumn(context, tables, body, command);
    return { tag: 'ALTER TABLE' };
  },
};

function addColumn(
  context: CommandContext,
  tables: Tables,
  { relation: name }: AlterTableStmt,
  { def, missing_ok: missingOk }: AlterTableCmd,
): void {
  const relation = openOwnTable(context, name!, 'AccessExclusive');
  const body = (def as Extract<Node, { ColumnDef: unknown }>).ColumnDef;
  if (relation.columns.some((column) => column.name === body.colname)) {
    const message = `column "${body.colname}" of relation "${relation.name}" already exists`;
    if (!missingOk) throw error(SqlState.duplicateColumn, message);
    context.notice({ severity: 'NOTICE', sqlState: SqlState.duplicateColumn, message: `${message}, skipping` });
    return;
  }
  const checks: never[] = [];
  const column = defineColumn(body, [], checks);
  if (column.notNull || column.defaultNode || checks.length > 0)
    throw unsupported('ALTER TABLE ADD COLUMN with a constraint or default');
  tables.addColumn(relation, { name: column.name, type: column.type, typmod: column.typmod, notNull: false });
}

export const renameCommand: Command<RenameStmt> = {
  writes: 'ALTER TABLE',
  run(context, body) {
    if (body.renameType === 'OBJECT_DATABASE') {
      renameDatabase(context, body);
      return { tag: 'ALTER DATABASE' };
    }
    const isColumn = body.renameType === 'OBJECT_COLUMN';
    if (!isColumn && body.renameType !== 'OBJECT_TABLE')
      throw unsupported(`renaming ${body.renameType!.slice('OBJECT_'.length)}`);
    const relation = openOwnTable(context, body.relation!, 'AccessExclusive');
    const tables = new Tables(context.engine, context.catalog);
    if (isColumn) renameColumn(tables, relation, body);
    else renameTable(context, tables, relation, body.newname!);
    return { tag: 'ALTER TABLE' };
  },
};

function renameTable(context: CommandContext, tables: Tables, relation: Relation, name: string): void {
  tables.reserveName(relation.schema, name);
  if (context.catalog.cache.byName(relation.schema, name))
    throw error(SqlState.duplicateTable, `relation "${name}" already exists`);
  tables.renameTable(relation, name);
}

function renameColumn(tables: Tables, relation: Relation, { subname, newname }: RenameStmt): void {
  const column = relation.columns.find(({ name }) => name === subname);
  if (!column) throw error(SqlState.undefinedColumn, `column "${subname}" does not exist`);
  if (relation.columns.some(({ name }) => name === newname)) {
    throw error(SqlState.duplicateColumn, `column "${newname}" of relation "${relation.name}" already exists`);
  }
  if (relation.checks.length > 0) throw unsupported('renaming a column of a table with CHECK constraints');
  tables.renameColumn(relation, column.number, newname!);
}
