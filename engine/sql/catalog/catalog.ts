import { absentHere } from '../absent.js';
import type { RangeVar } from '@pgsql/types';
import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { LockMode } from '../../storage/locks/lock-mode.js';
import type { LockTag } from '../../storage/locks/lock-tag.js';
import type { Engine } from '../engine.js';
import { at, unsupported } from '../parse/nodes.js';
import { CatalogStore } from './catalog-store.js';
import { CatalogOid } from './catalog-table.js';
import type { Relation } from './relation.js';
import { RelationCache } from './relation-cache.js';
import { SearchPath } from './search-path.js';
import type { TableIndex } from './table-index.js';

export interface CatalogIdentity {
  readonly database: string;
  readonly databaseOid: Oid;
  readonly role: string;
}

/** A qualified or plain table name. */
export type TableName = Pick<RangeVar, 'catalogname' | 'schemaname' | 'relname' | 'location'>;

export interface IndexAndTable {
  readonly table: Relation;
  readonly index: TableIndex;
}

/** One session's access to the catalogs of its database: names, locks on tables, and what the tables are like. */
export class Catalog {
  readonly store: CatalogStore;
  readonly cache: RelationCache;
  readonly searchPath: SearchPath;

  constructor(
    private readonly engine: Engine,
    readonly identity: CatalogIdentity,
    searchPathSetting: () => string,
  ) {
    this.store = new CatalogStore(engine, identity.databaseOid);
    this.cache = new RelationCache(engine, this.store);
    this.searchPath = new SearchPath(this.cache, searchPathSetting, () => identity.role);
  }

  /** The table of that name, locked; raises 42P01. Looks again when a change came in while it waited for the lock. */
  open(name: TableName, mode: LockMode, options: { missingSchemaOk?: boolean } = {}): Relation {
    for (;;) {
      this.cache.refresh();
      const found = this.find(name, options.missingSchemaOk);
      if (!found) throw undefinedTable(name);
      if (found.isCatalog) return found;
      this.lock(found.oid, mode);
      const before = this.cache.version;
      this.cache.refresh();
      if (this.cache.version === before || this.find(name)?.oid === found.oid) return this.find(name)!;
      this.engine.storage.locks.release(this.lockTag(found.oid), mode);
    }
  }

  /** Like `open`, for a table that may be missing. */
  openIfExists(name: TableName, mode: LockMode): Relation | undefined {
    try {
      return this.open(name, mode);
    } catch (thrown) {
      if ((thrown as { sqlState?: string }).sqlState === SqlState.undefinedTable) return undefined;
      throw thrown;
    }
  }

  /**
   * An index and its table, both locked, the table first; undefined when there is no such index. Raises 42809 for
   * anything else of that name.
   */
  openIndex(name: TableName, tableMode: LockMode, indexMode: LockMode): IndexAndTable | undefined {
    for (;;) {
      this.cache.refresh();
      const found = this.find(name);
      if (!found) return undefined;
      if (found.kind !== 'index') throw notAnIndex(found);
      const table = this.tableOf(found.oid);
      if (table === undefined) continue; // dropped since it was found
      this.lock(table, tableMode);
      this.lock(found.oid, indexMode);
      this.cache.refresh();
      if (this.find(name)?.oid === found.oid) return this.indexAndTable(table, found.oid);
      this.engine.storage.locks.release(this.lockTag(found.oid), indexMode);
      this.engine.storage.locks.release(this.lockTag(table), tableMode);
    }
  }

  /** Locks a table of a plan made earlier. */
  lock(oid: Oid, mode: LockMode): void {
    this.engine.storage.locks.acquire(this.lockTag(oid), mode);
  }

  /** `missingSchemaOk`: a schema that does not exist is only a table that does not. */
  find({ catalogname, schemaname, relname, location }: TableName, missingSchemaOk = false): Relation | undefined {
    if (catalogname && catalogname !== this.identity.database) {
      const full = `${catalogname}.${schemaname}.${relname}`;
      throw error(
        SqlState.featureNotSupported,
        `cross-database references are not implemented: "${full}"`,
        at(location),
      );
    }
    if (schemaname && missingSchemaOk && this.cache.schemaOid(schemaname) === undefined) return undefined;
    const schemas = schemaname ? [this.requireSchema(schemaname, location)] : this.searchPath.searched();
    for (const schema of schemas) {
      const found = this.cache.byName(schema, relname!);
      if (found) return found;
    }
    return undefined;
  }

  requireSchema(name: string, location?: number): Oid {
    const oid = this.cache.schemaOid(name);
    if (oid === undefined) {
      if (name === 'information_schema') throw unsupported('information_schema', location);
      throw error(SqlState.invalidSchemaName, `schema "${name}" does not exist`, at(location));
    }
    return oid;
  }

  /** Can the table be named without its schema? */
  isVisible(relation: Relation): boolean {
    for (const schema of this.searchPath.searched()) {
      const found = this.cache.byName(schema, relation.name);
      if (found) return found.oid === relation.oid;
    }
    return false;
  }

  /** The table that an index is on. */
  private tableOf(index: Oid): Oid | undefined {
    const [row] = this.store.byFirst(CatalogOid.index, index);
    return row?.get('indrelid') as Oid | undefined;
  }

  private indexAndTable(tableOid: Oid, indexOid: Oid): IndexAndTable {
    const table = this.cache.byOid(tableOid)!;
    return { table, index: table.indexes.find(({ oid }) => oid === indexOid)! };
  }

  private lockTag(oid: Oid): LockTag {
    return { kind: 'relation', database: this.identity.databaseOid, relation: oid };
  }
}

function notAnIndex({ name, kind }: Relation): Error {
  const hint = `Use DROP ${kind.toUpperCase()} to remove a ${kind}.`;
  return error(SqlState.wrongObjectType, `"${name}" is not an index`, { hint });
}

function undefinedTable({ schemaname, relname, location }: TableName): Error {
  const absent = schemaname && schemaname !== 'pg_catalog' ? undefined : absentHere('relation', relname!, location);
  if (absent) return absent;
  const name = schemaname ? `${schemaname}.${relname}` : relname;
  return error(SqlState.undefinedTable, `relation "${name}" does not exist`, at(location));
}
