import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { LockMode } from '../../storage/locks/lock-mode.js';
import type { LockTag } from '../../storage/locks/lock-tag.js';
import type { Engine } from '../engine.js';
import type { CatalogStore, StoredRow } from './catalog-store.js';
import { CatalogOid } from './catalog-table.js';

/** datconnlimit of a database whose removal has begun: it can only be dropped (DATCONNLIMIT_INVALID_DB). */
export const INVALID_DATABASE = -2;
/** The unique index on names that PostgreSQL has: locks stand for its entries. */
const NAME_INDEX: Oid = 2671;

/** A database's name; undefined when there is none of that oid. */
export function databaseName(store: CatalogStore, oid: Oid): string | undefined {
  const [found] = store.byFirst(CatalogOid.database, oid);
  return found?.get('datname') as string | undefined;
}

/** The lock of a database as a whole: whoever connects takes it shared for a moment. */
export function lockDatabase(engine: Engine, oid: Oid, mode: LockMode): void {
  engine.storage.locks.acquire(databaseTag(oid), mode);
}

export function unlockDatabase(engine: Engine, oid: Oid, mode: LockMode): void {
  engine.storage.locks.release(databaseTag(oid), mode);
}

/** The row of the database of that name, the database locked: it may have been renamed or dropped while we waited. */
export function openDatabase(engine: Engine, store: CatalogStore, name: string, mode: LockMode): StoredRow | undefined {
  for (;;) {
    const [found] = store.where(CatalogOid.database, { datname: name });
    if (!found) return undefined;
    const oid = found.get('oid') as Oid;
    lockDatabase(engine, oid, mode);
    const [row] = store.byFirst(CatalogOid.database, oid);
    if (row?.get('datname') === name) return row;
    unlockDatabase(engine, oid, mode);
  }
}

export function undefinedDatabase(name: string): Error {
  return error(SqlState.invalidCatalogName, `database "${name}" does not exist`);
}

/** Raises 42P04 when a database has the name; nobody else can take it until the transaction ends. */
export function reserveDatabaseName(engine: Engine, store: CatalogStore, name: string): void {
  let hash = 0;
  for (const byte of Buffer.from(name)) hash = (Math.imul(hash, 31) + byte) >>> 0;
  engine.storage.locks.acquire({ kind: 'object', database: 0, catalog: NAME_INDEX, object: hash }, 'AccessExclusive');
  const [taken] = store.where(CatalogOid.database, { datname: name });
  if (taken) throw error(SqlState.duplicateDatabase, `database "${name}" already exists`);
}

function databaseTag(object: Oid): LockTag {
  return { kind: 'object', database: 0, catalog: CatalogOid.database, object };
}
