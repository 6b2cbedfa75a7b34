import type { AlterTableCmd, AlterTableStmt, Constraint, Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { Indexes } from '../catalog/indexes.js';
import type { Column, Relation } from '../catalog/relation.js';
import { Tables } from '../catalog/tables.js';
import type { TableIndex } from '../catalog/table-index.js';
import { bodyOf, unsupported } from '../parse/nodes.js';
import type { Command, CommandContext } from './command.js';
import { defineColumn, type PendingConstraints } from './create-table.js';
import { checkKeys, createKey, pendingKey, refuseSecondPrimaryKey } from './keys.js';
import { requireNotNull } from './not-null.js';
import { openOwnTableIfExists } from './open-tables.js';
import { promoteIndex } from './promote-index.js';
import { objectName } from './statement-names.js';

/** ALTER TABLE: its actions one after the other, each on the table as the one before it left it. */
export const alterTableCommand: Command<AlterTableStmt> = {
  writes: 'ALTER TABLE',
  run(context, body) {
    if (body.objtype !== 'OBJECT_TABLE') throw unsupported(`ALTER ${objectName(body.objtype!)}`);
    const commands = (body.cmds ?? []).map((node) => bodyOf(node) as AlterTableCmd);
    const actions = commands.map(({ subtype }) => {
      const action = ACTIONS[subtype!];
      if (!action) throw unsupported(`ALTER TABLE (${subtype!.slice(3)})`);
      return action;
    });
    for (const [index, action] of actions.entries()) {
      const table = openOwnTableIfExists(context, body.relation!, 'AccessExclusive', body.missing_ok);
      if (table === undefined) break;
      action(context, table, commands[index]);
    }
    return { tag: 'ALTER TABLE' };
  },
};

type Action = (context: CommandContext, table: Relation, command: AlterTableCmd) => void;

const ACTIONS: Partial<Record<string, Action>> = {
  AT_AddColumn: addColumn,
  AT_AddConstraint: addConstraint,
  AT_DropConstraint: dropConstraint,
  AT_SetNotNull: setNotNull,
};

function tablesOf({ engine, catalog }: CommandContext): Tables {
  return new Tables(engine, catalog);
}

function addColumn(context: CommandContext, table: Relation, { def, missing_ok: missingOk }: AlterTableCmd): void {
  const body = (def as Extract<Node, { ColumnDef: unknown }>).ColumnDef;
  if (table.columns.some((column) => column.name === body.colname)) {
    const message = `column "${body.colname}" of relation "${table.name}" already exists`;
    if (!missingOk) throw error(SqlState.duplicateColumn, message);
    context.notice({ severity: 'NOTICE', sqlState: SqlState.duplicateColumn, message: `${message}, skipping` });
    return;
  }
  const pending: PendingConstraints = { checks: [], keys: [] };
  const column = defineColumn(body, [], pending);
  if (column.notNull || column.defaultNode || pending.checks.length > 0 || pending.keys.length > 0)
    throw unsupported('ALTER TABLE ADD COLUMN with a constraint or default');
  tablesOf(context).addColumn(table, {
    name: column.name,
    type: column.type,
    typmod: column.typmod,
    notNull: false,
  });
}

function addConstraint(context: CommandContext, table: Relation, { def }: AlterTableCmd): void {
  const body = (def as Extract<Node, { Constraint: unknown }>).Constraint;
  if (body.contype !== 'CONSTR_PRIMARY' && body.contype !== 'CONSTR_UNIQUE')
    throw unsupported(`adding the constraint ${body.contype!.slice('CONSTR_'.length)}`, body.location);
  if (body.indexname) promoteIndex(context, table, body);
  else addKey(context, table, body);
}

function addKey(context: CommandContext, table: Relation, body: Constraint): void {
  const pending = pendingKey(body);
  if (pending.isPrimary) refuseSecondPrimaryKey(table);
  if (pending.isPrimary) pending.columns.forEach((name) => requireColumn(table, name));
  const [key] = checkKeys(
    table.name,
    table.columns.map(({ name }) => name),
    [pending],
  );
  createKey(context, table, key);
  if (!key.isPrimary) return;
  const numbers = key.columns.map((name) => requireColumn(table, name).number);
  requireNotNull(context, context.catalog.cache.byOid(table.oid)!, numbers);
}

function requireColumn(table: Relation, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  throw error(SqlState.undefinedColumn, `column "${name}" of relation "${table.name}" does not exist`);
}

function setNotNull(context: CommandContext, table: Relation, { name }: AlterTableCmd): void {
  requireNotNull(context, table, [requireColumn(table, name!).number]);
}

function dropConstraint(
  context: CommandContext,
  table: Relation,
  { name, missing_ok: missingOk }: AlterTableCmd,
): void {
  const index = table.indexes.find(({ constraint }) => constraint?.name === name);
  const check = table.checks.find((candidate) => candidate.name === name);
  if (index) dropKey(context, index);
  else if (check) tablesOf(context).dropCheck(table, check.oid);
  else if (missingOk) tellMissing(context, table, name!);
  else throw error(SqlState.undefinedObject, `constraint "${name}" of relation "${table.name}" does not exist`);
}

function dropKey({ engine, catalog }: CommandContext, index: TableIndex): void {
  catalog.lock(index.oid, 'AccessExclusive');
  new Indexes(engine, catalog).drop(index);
}

function tellMissing({ notice }: CommandContext, table: Relation, name: string): void {
  const message = `constraint "${name}" of relation "${table.name}" does not exist, skipping`;
  notice({ severity: 'NOTICE', sqlState: SqlState.successfulCompletion, message });
}
