import type { CreatedbStmt } from '@pgsql/types';
import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import { CatalogStore, type StoredRow } from '../catalog/catalog-store.js';
import { INVALID_DATABASE, openDatabase, reserveDatabaseName } from '../catalog/databases.js';
import { OtherSessions } from '../catalog/other-sessions.js';
import type { Command, CommandContext } from './command.js';
import { creationOptions, type DatabaseOptions } from './database-options.js';

const DEFAULT_TEMPLATE = 'template1';
const STRATEGIES = new Set(['wal_log', 'file_copy']);

/** CREATE DATABASE (commands/dbcommands.c createdb): a copy of a template that nobody is connected to. */
export const createDatabaseCommand: Command<CreatedbStmt> = {
  writes: 'CREATE DATABASE',
  run(context, body) {
    context.block.refuseInBlock('CREATE DATABASE');
    const options = creationOptions(body.options);
    const owner = ownerOf(context, options);
    requireCreateDb(context, 'permission denied to create database');
    const template = openTemplate(context, options);
    checkStrategy(options.strategy);
    reserveDatabaseName(context.engine, context.catalog.store, body.dbname!);
    const templateName = template.get('datname') as string;
    const message = `source database "${templateName}" is being accessed by other users`;
    new OtherSessions(context.engine).refuseAnyIn(template.get('oid') as Oid, message);
    create(context, body.dbname!, template, { owner, options });
    return { tag: 'CREATE DATABASE' };
  },
};

export function requireCreateDb({ catalog, identity }: CommandContext, message: string): void {
  const [role] = catalog.store.byFirst(CatalogOid.authid, identity.roleOid);
  if (identity.superuser || role?.get('rolcreatedb') === true) return;
  throw error(SqlState.insufficientPrivilege, message);
}

function ownerOf({ catalog, identity }: CommandContext, { owner }: DatabaseOptions): Oid {
  if (owner === undefined) return identity.roleOid;
  const [role] = catalog.store.where(CatalogOid.authid, { rolname: owner });
  if (!role) throw error(SqlState.undefinedObject, `role "${owner}" does not exist`);
  if (!identity.superuser && role.get('oid') !== identity.roleOid) {
    throw error(SqlState.insufficientPrivilege, `must be member of role "${owner}"`);
  }
  return role.get('oid') as Oid;
}

/** Locked until the transaction ends, so that nobody connects and changes it. */
function openTemplate(context: CommandContext, { template = DEFAULT_TEMPLATE }: DatabaseOptions): StoredRow {
  const { engine, catalog, identity } = context;
  const row = openDatabase(engine, catalog.store, template, 'Share');
  if (!row) throw error(SqlState.invalidCatalogName, `template database "${template}" does not exist`);
  if (row.get('datconnlimit') === INVALID_DATABASE) {
    throw error(SqlState.objectNotInPrerequisiteState, `cannot use invalid database "${template}" as template`, {
      hint: 'Use DROP DATABASE to drop invalid databases.',
    });
  }
  const mayCopy = row.get('datistemplate') === true || identity.superuser || row.get('datdba') === identity.roleOid;
  if (!mayCopy) throw error(SqlState.insufficientPrivilege, `permission denied to copy database "${template}"`);
  return row;
}

function checkStrategy(strategy: string | undefined): void {
  if (strategy === undefined || STRATEGIES.has(strategy.toLowerCase())) return;
  throw error(SqlState.invalidParameterValue, `invalid create database strategy "${strategy}"`, {
    hint: 'Valid strategies are "wal_log" and "file_copy".',
  });
}

interface Creation {
  readonly owner: Oid;
  readonly options: DatabaseOptions;
}

function create(context: CommandContext, name: string, template: StoredRow, { owner, options }: Creation): void {
  const { engine, catalog } = context;
  const { access } = engine;
  const oid = newDatabaseOid(context);
  catalog.store.insert(CatalogOid.database, {
    ...template.row,
    oid,
    datname: name,
    datdba: owner,
    datistemplate: options.isTemplate ?? false,
    datallowconn: options.allowsConnections ?? true,
    datconnlimit: options.connectionLimit ?? -1,
    datacl: null,
  });
  discardUnlessCommitted(context, oid);
  const source = template.get('oid') as Oid;
  if (options.strategy?.toLowerCase() === 'file_copy') {
    access.databases.createByCopy(source, oid, () => checkpoint(context));
  } else access.databases.createByLog(source, oid, relationsOf(context, source));
  access.transactions.forceSynchronousCommit();
}

export function checkpoint({ engine }: CommandContext): void {
  engine.requestCheckpoint({ immediate: true, force: true, wait: true });
}

function newDatabaseOid({ engine, catalog }: CommandContext): Oid {
  for (;;) {
    const oid = engine.access.ids.newOid();
    if (catalog.store.byFirst(CatalogOid.database, oid).length === 0 && !engine.access.databases.exists(oid))
      return oid;
  }
}

/** What cannot be taken back is told and left: the transaction has ended. */
function discardUnlessCommitted({ engine, notice }: CommandContext, oid: Oid): void {
  engine.access.transactions.onEnd((committed) => {
    if (committed) return;
    try {
      engine.access.databases.discard(oid);
    } catch (thrown) {
      notice({ severity: 'WARNING', sqlState: SqlState.warning, message: (thrown as Error).message });
    }
  });
}

/** Every file the database has of its own. */
function relationsOf({ engine }: CommandContext, database: Oid): Oid[] {
  const rows = new CatalogStore(engine, database).all(CatalogOid.class);
  return rows
    .filter((row) => row.get('relisshared') === false)
    .map((row) => row.get('relfilenode') as Oid)
    .filter(Boolean);
}
