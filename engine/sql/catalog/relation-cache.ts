import { DEFAULT_TABLESPACE, type Oid } from '../../base/block.js';
import type { Engine } from '../engine.js';
import { builtInViews } from '../views/view-table.js';
import { CatalogOid, catalogRelation, catalogTable, layoutOf, PG_CATALOG_NAMESPACE } from './catalog-table.js';
import type { CatalogStore, StoredRow } from './catalog-store.js';
import { CatalogGeneration } from './generation.js';
import { loadColumns } from './load-columns.js';
import { loadIndexes } from './load-indexes.js';
import type { CheckConstraint, Relation } from './relation.js';
import type { SqlArray } from '../types/array/sql-array.js';

/** Everything in pg_catalog is known from the start: as a relation of a database, by oid. */
const builtIns: ReadonlyMap<Oid, (database: Oid) => Relation> = new Map([
  ...catalogTable.map(
    (definition) => [definition.oid, (database: Oid) => catalogRelation(definition, database)] as const,
  ),
  ...builtInViews.map(({ relation }) => [relation.oid, () => relation] as const),
]);
const builtInOids: ReadonlyMap<string, Oid> = new Map(
  [...catalogTable, ...builtInViews.map(({ relation }) => relation)].map(({ name, oid }) => [name, oid]),
);

/**
 * What this session knows of tables. Everything is forgotten when a transaction anywhere changed a catalog, and around
 * this session's own changes.
 */
export class RelationCache {
  private readonly generation: CatalogGeneration;
  private seen: number;
  /** undefined: there is no such table. */
  private readonly names = new Map<string, Relation | undefined>();
  private readonly oids = new Map<Oid, Relation>();
  private schemas: Map<string, Oid> | undefined;
  /** The subtransaction whose end is listened to; 0 when none's is. */
  private changingIn = 0;
  /** Moves whenever something was forgotten: plans made before may be out of date. */
  version = 0;

  constructor(
    private readonly engine: Engine,
    private readonly store: CatalogStore,
  ) {
    this.generation = new CatalogGeneration(engine);
    this.seen = this.generation.current();
    this.forget();
  }

  /** Notices what other sessions committed. */
  refresh(): void {
    const now = this.generation.current();
    if (now === this.seen) return;
    this.seen = now;
    this.forget();
  }

  /** After a change of the catalogs by this transaction, which others learn of when it commits. */
  changed(): void {
    const { transactions } = this.engine.access;
    transactions.incrementCommand();
    this.forget();
    transactions.noteCatalogChange();
    if (this.changingIn === transactions.subtransaction) return;
    this.changingIn = transactions.subtransaction;
    transactions.onEnd((committed) => {
      this.changingIn = 0;
      if (committed) this.generation.advance();
      this.forget();
    });
  }

  /** A transaction that this session finishes for another has changed the catalogs: all must look again. */
  changedElsewhere(): void {
    this.generation.advance();
  }

  schemaOid(name: string): Oid | undefined {
    this.schemas ??= new Map(
      this.store.all(CatalogOid.namespace).map((row) => [row.get('nspname') as string, row.get('oid') as Oid]),
    );
    return this.schemas.get(name);
  }

  schemaName(oid: Oid): string | undefined {
    this.schemaOid('');
    for (const [name, candidate] of this.schemas!) if (candidate === oid) return name;
    return undefined;
  }

  byName(schema: Oid, name: string): Relation | undefined {
    const key = `${schema}.${name}`;
    if (this.names.has(key)) return this.names.get(key);
    if (schema === PG_CATALOG_NAMESPACE) return this.builtIn(builtInOids.get(name));
    const found = this.read(() => this.store.where(CatalogOid.class, { relnamespace: schema, relname: name }));
    if (!found) this.names.set(key, undefined);
    return found;
  }

  byOid(oid: Oid): Relation | undefined {
    const known = this.oids.get(oid) ?? this.builtIn(oid);
    if (known) return known;
    return this.read(() => this.store.byFirst(CatalogOid.class, oid));
  }

  /** A relation is read before it is locked, while others may be dropping its indexes: what several catalogs say must fit. */
  private read(find: () => StoredRow[]): Relation | undefined {
    return this.store.atOneMoment(() => {
      const [found] = find();
      return found && this.keep(this.load(found));
    });
  }

  private keep(relation: Relation): Relation {
    this.names.set(`${relation.schema}.${relation.name}`, relation);
    this.oids.set(relation.oid, relation);
    return relation;
  }

  private forget(): void {
    this.version++;
    this.names.clear();
    this.oids.clear();
    this.schemas = undefined;
  }

  private builtIn(oid: Oid | undefined): Relation | undefined {
    const found = oid === undefined ? undefined : builtIns.get(oid);
    return found && this.keep(found(this.store.database));
  }

  private load(row: StoredRow): Relation {
    const oid = row.get('oid') as Oid;
    const columns = loadColumns(this.store, oid);
    const name = row.get('relname') as string;
    const schema = row.get('relnamespace') as Oid;
    const file = {
      tablespace: DEFAULT_TABLESPACE,
      database: this.store.database,
      relation: row.get('relfilenode') as Oid,
    };
    const indexes = row.get('relhasindex') ? loadIndexes(this.store, { oid, name, file, columns }) : [];
    const { statistics } = this.engine.access;
    statistics.noteFile(file, oid);
    for (const index of indexes) statistics.noteFile(index.shape.file, index.oid);
    return {
      oid,
      file,
      columns,
      schema,
      name,
      schemaName: this.schemaName(schema) ?? '',
      kind: row.get('relkind') === 'i' ? 'index' : 'table',
      isCatalog: schema === PG_CATALOG_NAMESPACE,
      isShared: false,
      layout: layoutOf(columns),
      checks: (row.get('relchecks') as number) > 0 ? this.loadChecks(oid) : [],
      indexes,
      fillFactor: fillFactorOf(row.get('reloptions') as SqlArray<string> | null),
      counted: {
        pages: row.get('relpages') as number,
        tuples: row.get('reltuples') as number,
        allVisible: row.get('relallvisible') as number,
      },
    };
  }

  private loadChecks(oid: Oid): CheckConstraint[] {
    const rows = this.store.where(CatalogOid.constraint, { contype: 'c', conrelid: oid });
    return rows.map(({ row }) => ({ oid: row.oid as Oid, name: row.conname as string, text: row.conbin as string }));
  }
}

const FULL = 100;

function fillFactorOf(options: SqlArray<string> | null): number {
  const given = options?.elements.find((option) => option?.startsWith('fillfactor='));
  return given ? Number(given.slice('fillfactor='.length)) : FULL;
}
