import type { Oid } from '../../base/block.js';
import type { LockMode } from '../../storage/locks/lock-mode.js';
import type { LockTag } from '../../storage/locks/lock-tag.js';
import type { Engine } from '../engine.js';
import type { CatalogStore } from './catalog-store.js';
import { CatalogOid } from './catalog-table.js';

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

function databaseTag(object: Oid): LockTag {
  return { kind: 'object', database: 0, catalog: CatalogOid.database, object };
}
