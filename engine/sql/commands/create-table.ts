import type { ColumnDef, Constraint, CreateStmt, Node, RangeVar } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { TupleLayout } from '../../access/tuple/tuple-layout.js';
import { resolveTypeName, type TypeUse } from '../analyse/type-casts.js';
import { PG_CATALOG_NAMESPACE } from '../catalog/catalog-table.js';
import { NEVER_COUNTED, type Relation } from '../catalog/relation.js';
import { NewRelations } from '../catalog/new-relation.js';
import { Tables, type TableDefinition } from '../catalog/tables.js';
import { at, kindOf, unsupported } from '../parse/nodes.js';
import { types } from '../types/type-table.js';
import { refuseCollation } from './collations.js';
import type { Command, CommandContext } from './command.js';
import { checkKeys, createKey, pendingKey, type PendingKey } from './keys.js';
import { tableOptions } from './storage-options.js';
import { checkText, defaultText } from './table-expressions.js';

const MAX_COLUMNS = 1600;
const MAX_NAME_BYTES = 63;
const SYSTEM_COLUMNS = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

/** CREATE TABLE (commands/tablecmds.c, parser/parse_utilcmd.c), without what is not there yet: foreign keys, serial, inheritance. */
export const createTableCommand: Command<CreateStmt> = {
  writes: 'CREATE TABLE',
  run(context, body) {
    refuseOptions(body);
    const { relname } = body.relation!;
    const schema = creationSchema(context, body.relation!);
    const tables = new Tables(context.engine, context.catalog);
    new NewRelations(context.engine, context.catalog).reserveName(schema, relname!);
    if (context.catalog.cache.byName(schema, relname!)) {
      if (!body.if_not_exists) throw error(SqlState.duplicateTable, `relation "${relname}" already exists`);
      context.notice({
        severity: 'NOTICE',
        sqlState: SqlState.duplicateTable,
        message: `relation "${relname}" already exists, skipping`,
      });
      return { tag: 'CREATE TABLE' };
    }
    const { keys, ...definition } = defineTable(context, body);
    const oid = tables.create({
      ...definition,
      name: relname!,
      schema,
      owner: context.identity.roleOid,
      options: tableOptions(body.options),
    });
    for (const key of keys) createKey(context, context.catalog.cache.byOid(oid)!, key);
    return { tag: 'CREATE TABLE' };
  },
};

function refuseOptions(body: CreateStmt): void {
  if (body.relation!.relpersistence === 't') throw unsupported('a temporary table');
  if (body.relation!.relpersistence === 'u') throw unsupported('an unlogged table');
  if (body.partspec || body.partbound) throw unsupported('a partitioned table');
  if (body.inhRelations) throw unsupported('INHERITS');
  if (body.ofTypename) throw unsupported('CREATE TABLE OF');
  if (body.tablespacename && body.tablespacename !== 'pg_default') throw unsupported('TABLESPACE');
  if (body.accessMethod && body.accessMethod !== 'heap') {
    throw error(SqlState.undefinedObject, `access method "${body.accessMethod}" does not exist`);
  }
}

function creationSchema({ catalog }: CommandContext, { schemaname, relname, location }: RangeVar): number {
  const schema = schemaname ? catalog.requireSchema(schemaname, location) : catalog.searchPath.creation()?.oid;
  if (schema === undefined)
    throw error(SqlState.invalidSchemaName, 'no schema has been selected to create in', at(location));
  if (schema === PG_CATALOG_NAMESPACE) {
    throw error(SqlState.insufficientPrivilege, `permission denied to create "pg_catalog.${relname}"`, {
      detail: 'System catalog modifications are currently disallowed.',
    });
  }
  return schema;
}

interface Column extends TypeUse {
  readonly name: string;
  notNull: boolean;
  defaultNode: Node | undefined;
  readonly location: number | undefined;
}

interface PendingCheck {
  readonly name: string | undefined;
  readonly node: Node;
}

/** Constraints met on the way, to be made when the columns are known. */
export interface PendingConstraints {
  readonly checks: PendingCheck[];
  readonly keys: PendingKey[];
}

type Definition = Pick<TableDefinition, 'columns' | 'checks'>;

function defineTable(context: CommandContext, body: CreateStmt): Definition & Pick<PendingConstraints, 'keys'> {
  const elements = body.tableElts ?? [];
  const pending: PendingConstraints = { checks: [], keys: [] };
  const columns: Column[] = [];
  for (const element of elements) {
    if ('ColumnDef' in element) columns.push(defineColumn(element.ColumnDef, columns, pending));
    else if ('Constraint' in element) addConstraint(element.Constraint, undefined, pending);
    else throw unsupported(kindOf(element) === 'TableLikeClause' ? 'LIKE in CREATE TABLE' : kindOf(element));
  }
  if (columns.length > MAX_COLUMNS)
    throw error(SqlState.tooManyColumns, `tables can have at most ${MAX_COLUMNS} columns`);
  const { relname } = body.relation!;
  const keys = checkKeys(
    relname!,
    columns.map(({ name }) => name),
    pending.keys,
  );
  for (const column of columns) column.notNull ||= isPrimary(keys, column.name);
  const draft = draftRelation(relname!, columns);
  return {
    keys,
    columns: columns.map((column, index) => ({
      name: column.name,
      type: column.type,
      typmod: column.typmod,
      notNull: column.notNull,
      defaultText: column.defaultNode && defaultText(context, draft.columns[index], column.defaultNode),
    })),
    checks: nameChecks(
      draft,
      pending.checks.map(({ name, node }) => {
        const { text, columns: read } = checkText(context, draft, node);
        return { name, text, columns: read };
      }),
    ),
  };
}

function isPrimary(keys: readonly PendingKey[], column: string): boolean {
  return keys.some((key) => key.isPrimary && key.columns.includes(column));
}

/** The table as its own expressions see it before it exists. */
function draftRelation(name: string, columns: readonly Column[]): Relation {
  return {
    oid: 0,
    name,
    schema: 0,
    schemaName: '',
    kind: 'table',
    isCatalog: false,
    isShared: false,
    checks: [],
    indexes: [],
    fillFactor: 100,
    counted: NEVER_COUNTED,
    file: {
      tablespace: 0,
      database: 0,
      relation: 0,
    },
    layout: new TupleLayout([]),
    columns: columns.map(({ name: column, type, typmod, notNull }, index) => ({
      name: column,
      number: index + 1,
      type,
      typmod,
      notNull,
      defaultText: undefined,
    })),
  };
}

export function defineColumn(
  body: ColumnDef,
  before: readonly { name: string }[],
  pending: PendingConstraints,
): Column {
  const name = body.colname!;
  if (before.some((other) => other.name === name))
    throw error(SqlState.duplicateColumn, `column "${name}" specified more than once`);
  if (SYSTEM_COLUMNS.has(name))
    throw error(SqlState.duplicateColumn, `column name "${name}" conflicts with a system column name`);
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw error(SqlState.invalidName, `column name "${name}" is too long`);
  const use = resolveTypeName(body.typeName!);
  const row = types.row(use.type);
  if (row.kind === 'p')
    throw error(SqlState.invalidTableDefinition, `column "${name}" has pseudo-type ${types.format(use.type)}`);
  if (body.storage_name) throw unsupported('STORAGE', body.location);
  if (body.compression) throw unsupported('COMPRESSION', body.location);
  if (body.collClause) refuseCollation(body.collClause.collname, body.collClause.location);
  const column: Column = {
    ...use,
    name,
    notNull: body.is_not_null === true,
    defaultNode: undefined,
    location: body.location,
  };
  for (const constraint of body.constraints ?? [])
    addConstraint((constraint as { Constraint: Constraint }).Constraint, column, pending);
  return column;
}

const UNSUPPORTED: Partial<Record<string, string>> = {
  CONSTR_FOREIGN: 'FOREIGN KEY',
  CONSTR_EXCLUSION: 'EXCLUDE',
  CONSTR_IDENTITY: 'GENERATED AS IDENTITY',
  CONSTR_GENERATED: 'GENERATED ALWAYS AS',
  CONSTR_ATTR_DEFERRABLE: 'DEFERRABLE',
  CONSTR_ATTR_DEFERRED: 'INITIALLY DEFERRED',
};

function addConstraint(body: Constraint, column: Column | undefined, pending: PendingConstraints): void {
  switch (body.contype) {
    case 'CONSTR_NULL':
    case 'CONSTR_ATTR_NOT_DEFERRABLE':
    case 'CONSTR_ATTR_IMMEDIATE':
      return;
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
      pending.keys.push(pendingKey(body, column?.name));
      return;
    case 'CONSTR_NOTNULL':
      if (!column) throw unsupported('NOT NULL as a constraint of the table', body.location);
      column.notNull = true;
      return;
    case 'CONSTR_DEFAULT':
      if (column!.defaultNode) {
        throw error(
          SqlState.syntaxError,
          `multiple default values specified for column "${column!.name}" of table`,
          at(body.location),
        );
      }
      column!.defaultNode = body.raw_expr;
      return;
    case 'CONSTR_CHECK':
      if (!body.is_enforced) throw unsupported('NOT ENFORCED', body.location);
      pending.checks.push({ name: body.conname, node: body.raw_expr! });
      return;
    default:
      throw unsupported(`the constraint ${UNSUPPORTED[body.contype!] ?? body.contype}`, body.location);
  }
}

interface CheckDraft {
  readonly name: string | undefined;
  readonly text: string;
  readonly columns: readonly number[];
}

/** Names the checks that have none as PostgreSQL does: table_column_check, table_check, with a number where taken. */
function nameChecks({ name: table, columns }: Relation, drafts: readonly CheckDraft[]): Definition['checks'] {
  const taken = new Set(drafts.map(({ name }) => name));
  const given = drafts.map(({ name }) => name).filter((name) => name !== undefined);
  const twice = given.find((name, index) => given.indexOf(name) !== index);
  if (twice) throw error(SqlState.duplicateObject, `check constraint "${twice}" already exists`);
  return drafts.map((draft) => {
    if (draft.name !== undefined) return { ...draft, name: draft.name };
    const parts = draft.columns.length === 1 ? [table, columns[draft.columns[0] - 1].name] : [table];
    const base = `${parts.join('_')}_check`;
    let name = base;
    for (let number = 1; taken.has(name); number++) name = `${base}${number}`;
    taken.add(name);
    return { ...draft, name };
  });
}
