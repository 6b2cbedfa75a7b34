import type { Oid, RelFile } from '../../base/block.js';
import type { EngineContext } from '../../memory/context.js';
import type { Storage } from '../../storage/storage.js';
import {
  DATABASE_COUNTERS,
  databaseKey,
  RELATION_COUNTERS,
  relationKey,
  type DatabaseCounters,
  type EntryKey,
  type RelationCounters,
} from './counters.js';
import { LevelChanges, RelationCounts } from './relation-counts.js';
import { discardStatistics, restoreStatistics, saveStatistics } from './statistics-file.js';
import { StatisticsTable, type EntryHandle } from './statistics-table.js';

/** Not more often than this are counts added to the shared ones (PGSTAT_MIN_INTERVAL). */
const SHORTEST_INTERVAL_MS = 1000;
/** A process that `isBehind` and idle adds what it has counted after this time (PGSTAT_IDLE_INTERVAL). */
export const IDLE_REPORT_MS = 10_000;
const DATABASE_SPAN = 0x1_0000_0000;

type DatabaseDelta = Partial<Record<keyof DatabaseCounters, number>>;

const databaseIndex = Object.fromEntries(DATABASE_COUNTERS.map((name, index) => [name, index])) as DatabaseCounters;
const relationIndex = Object.fromEntries(RELATION_COUNTERS.map((name, index) => [name, index])) as RelationCounters;

/**
 * Statistics about tables, indexes and databases (utils/activity/pgstat.c): counted here, in this process, and added to
 * those in shared memory between transactions, once a second at most. A clean shutdown saves them for the next start; a
 * crash loses them.
 */
export class Statistics {
  private readonly table: StatisticsTable;
  /** By file; several files of one relation, as TRUNCATE gives it, share an entry. */
  private readonly byFile = new Map<number, RelationCounts>();
  private readonly byOid = new Map<number, RelationCounts>();
  /** Relations whose file has another number than they: oid by file. */
  private readonly renamed = new Map<Oid, Oid>();
  private lastFile: RelFile | undefined;
  private last: RelationCounts | undefined;
  private readonly changedNow = new Set<RelationCounts>();
  private level = 0;
  private commits = 0;
  private rollbacks = 0;
  private sessions = 0;
  private deadlocksReported = 0;
  private reportedAt = -Infinity;
  /** Whether the last `report` put off what there was to add. */
  isBehind = false;

  constructor(
    private readonly context: EngineContext,
    private readonly storage: Storage,
  ) {
    this.table = new StatisticsTable(context);
  }

  /** Tells that the file of relation `oid` has another number. */
  noteFile(file: RelFile, oid: Oid): void {
    if (file.relation !== oid) this.renamed.set(file.relation, oid);
  }

  /** A scan of a table from end to end, or of an index, begins. */
  countScan(file: RelFile): void {
    this.of(file).scans++;
  }

  /** Rows that a sequential scan gave, or entries that a scan read of an index. */
  countReturned(file: RelFile, rows: number): void {
    this.of(file).returned += rows;
  }

  /** A row that an entry of this index led to; or, through a bitmap, several indexes to a row of this table. */
  countFetched(file: RelFile): void {
    this.of(file).fetched++;
  }

  countInserts(file: RelFile, rows: number): void {
    this.changesOf(file).inserted += rows;
  }

  countUpdate(file: RelFile, isHeapOnly: boolean): void {
    this.changesOf(file).updated++;
    if (isHeapOnly) this.of(file).hotUpdated++;
  }

  countDelete(file: RelFile): void {
    this.changesOf(file).deleted++;
  }

  /** The transaction has emptied the table; to be told before it has another file. */
  countTruncate(file: RelFile): void {
    this.changesOf(file).empty();
  }

  /** Dead rows that pruning has removed. */
  countRemovedDead(file: RelFile, rows: number): void {
    this.of(file).dead -= rows;
  }

  countSession(): void {
    this.sessions++;
  }

  beginSub(): void {
    this.level++;
  }

  endSub(committed: boolean): void {
    for (const counts of this.changedNow) {
      const { changes } = counts;
      if (changes?.level !== this.level) continue;
      if (!committed) counts.settle(changes, false);
      else if (changes.outer?.level === this.level - 1) changes.outer.absorb(changes);
      else {
        const outer = new LevelChanges(this.level - 1, changes.outer);
        outer.absorb(changes);
        counts.changes = outer;
        continue;
      }
      counts.changes = changes.outer;
    }
    this.level--;
  }

  endTransaction(committed: boolean): void {
    if (committed) this.commits++;
    else this.rollbacks++;
    if (this.changedNow.size === 0) return;
    for (const counts of this.changedNow) {
      if (counts.changes) counts.settle(counts.changes, committed);
      counts.changes = undefined;
    }
    this.changedNow.clear();
  }

  /** Writes them for the next start; once nobody counts any more. Errors of the file system come through. */
  save(): void {
    this.report(true);
    saveStatistics(this.context, this.table);
  }

  /**
   * Before anybody counts, takes over what was saved; what was saved before a crash is let go. False when that is damaged.
   * Errors of the file system come through.
   */
  restore(isCrashed: boolean): boolean {
    const isSound = isCrashed || restoreStatistics(this.context, this.table);
    discardStatistics(this.context);
    return isSound;
  }

  /** Of a relation that is gone, with its transaction committed, or was never there. */
  forget(database: Oid, oid: Oid): void {
    this.table.locked('exclusive', () => this.table.drop(relationKey(database, oid)));
    this.forgetLocally(database, oid);
  }

  forgetDatabase(database: Oid): void {
    this.table.locked('exclusive', () => this.table.dropDatabase(database));
  }

  /** Sets everything counted of a database to zero (pg_stat_reset). */
  reset(database: Oid): void {
    const now = this.context.os.clock.now();
    this.table.locked('exclusive', () => {
      this.table.reset(database);
      const handle = this.table.findOrAdd(databaseKey(database));
      if (handle) this.table.set(handle, databaseIndex.lastReset, now);
    });
  }

  /** Sets what is counted of one table or index to zero. */
  resetRelation(database: Oid, oid: Oid): void {
    this.change(relationKey(database, oid), (handle) => {
      for (let counter = 0; counter < RELATION_COUNTERS.length; counter++) this.table.set(handle, counter, 0);
    });
  }

  /**
   * Adds what was counted to the shared statistics, unless that was done a moment ago and is not forced. Outside
   * transactions only.
   */
  report(isForced = false): void {
    const now = this.context.os.clock.monotonic();
    this.isBehind = !isForced && now - this.reportedAt < SHORTEST_INTERVAL_MS;
    if (this.isBehind) return;
    this.reportedAt = now;
    this.table.locked('exclusive', () => this.flush());
  }

  /** The next `report` is not put off (pg_stat_force_next_flush). */
  forceNextReport(): void {
    this.reportedAt = -Infinity;
  }

  /** A table was vacuumed (pgstat_report_vacuum). */
  reportVacuum(database: Oid, oid: Oid, rows: { live: number; dead: number }, isAutomatic: boolean): void {
    const now = this.context.os.clock.now();
    this.change(relationKey(database, oid), (handle) => {
      this.setRows(handle, rows);
      this.table.set(handle, relationIndex.insertedSinceVacuum, 0);
      this.table.set(handle, isAutomatic ? relationIndex.lastAutovacuum : relationIndex.lastVacuum, now);
      this.add(handle, isAutomatic ? relationIndex.autovacuums : relationIndex.vacuums, 1);
    });
  }

  /**
   * A table was analysed (pgstat_report_analyze). What this transaction itself has changed is counted when it ends, so
   * it is taken off here.
   */
  reportAnalyze(file: RelFile, oid: Oid, rows: { live: number; dead: number }, isAutomatic: boolean): void {
    const now = this.context.os.clock.now();
    const own = this.ownChanges(this.of(file));
    this.change(relationKey(file.database, oid), (handle) => {
      this.setRows(handle, { live: Math.max(0, rows.live - own.live), dead: Math.max(0, rows.dead - own.dead) });
      this.table.set(handle, relationIndex.changedSinceAnalyze, 0);
      this.table.set(handle, isAutomatic ? relationIndex.lastAutoanalyze : relationIndex.lastAnalyze, now);
      this.add(handle, isAutomatic ? relationIndex.autoanalyzes : relationIndex.analyzes, 1);
    });
  }

  /** An autovacuum worker begins on the database. */
  reportAutovacuum(database: Oid): void {
    const now = this.context.os.clock.now();
    this.change(databaseKey(database), (handle) => this.table.set(handle, databaseIndex.lastAutovacuum, now));
  }

  /** What is known of a table or index; undefined when nothing was counted yet. */
  relation(database: Oid, oid: Oid): RelationCounters | undefined {
    return this.read(relationKey(database, oid), RELATION_COUNTERS) as RelationCounters | undefined;
  }

  database(oid: Oid): DatabaseCounters | undefined {
    return this.read(databaseKey(oid), DATABASE_COUNTERS) as DatabaseCounters | undefined;
  }

  private of(file: RelFile): RelationCounts {
    if (file === this.lastFile) return this.last!;
    const key = file.database * DATABASE_SPAN + file.relation;
    const counts = this.byFile.get(key) ?? this.firstOf(file, key);
    this.lastFile = file;
    this.last = counts;
    return counts;
  }

  private firstOf({ database, relation }: RelFile, key: number): RelationCounts {
    const oid = this.renamed.get(relation) ?? relation;
    const oidKey = database * DATABASE_SPAN + oid;
    let counts = this.byOid.get(oidKey);
    if (!counts) {
      const handle = this.table.locked('exclusive', () => this.table.findOrAdd(relationKey(database, oid)));
      counts = new RelationCounts(database, oid, handle);
      this.byOid.set(oidKey, counts);
    }
    this.byFile.set(key, counts);
    return counts;
  }

  private changesOf(file: RelFile): LevelChanges {
    const counts = this.of(file);
    const { changes } = counts;
    if (changes !== undefined && changes.level === this.level) return changes;
    this.changedNow.add(counts);
    return (counts.changes = new LevelChanges(this.level, changes));
  }

  private ownChanges(counts: RelationCounts): { live: number; dead: number } {
    let { dead } = counts;
    let live = 0;
    for (let level = counts.changes; level; level = level.outer) {
      live += level.inserted - level.deleted;
      dead += level.updated + level.deleted;
    }
    return { live, dead };
  }

  /** Under the lock. */
  private flush(): void {
    const databases = new Map<Oid, DatabaseDelta>();
    for (const counts of this.byOid.values()) if (counts.isPending) this.flushRelation(counts, databases);
    for (const { file, hits, reads } of this.storage.buffers.statistics.takeByFile()) {
      const { database } = file;
      const handle = this.handleOf(file);
      if (handle) this.add(handle, relationIndex.blocksHit, hits);
      if (handle) this.add(handle, relationIndex.blocksRead, reads);
      collect(databases, database, { blocksHit: hits, blocksRead: reads });
    }
    this.collectOwn(databases);
    for (const [database, delta] of databases) this.flushDatabase(database, delta);
  }

  private flushRelation(counts: RelationCounts, databases: Map<Oid, DatabaseDelta>): void {
    const { handle, scans, returned, fetched, inserted, updated, deleted, hotUpdated } = counts;
    collect(databases, counts.database, { returned, fetched, inserted, updated, deleted });
    if (handle && this.table.isCurrent(handle)) {
      if (counts.isEmptied) this.setRows(handle, { live: 0, dead: 0 });
      if (counts.isEmptied) this.table.set(handle, relationIndex.insertedSinceVacuum, 0);
      this.addAll(handle, { scans, returned, fetched, inserted, updated, deleted, hotUpdated });
      this.add(handle, relationIndex.changedSinceAnalyze, counts.changed);
      this.add(handle, relationIndex.insertedSinceVacuum, inserted);
      this.add(handle, relationIndex.live, counts.live);
      this.add(handle, relationIndex.dead, counts.dead);
    }
    counts.clear();
  }

  private collectOwn(databases: Map<Oid, DatabaseDelta>): void {
    const mine = this.context.memory.slots.myDatabase;
    if (mine === 0) return;
    const { commits, rollbacks, sessions } = this;
    const deadlocks = this.storage.locks.deadlocks - this.deadlocksReported;
    collect(databases, mine, { commits, rollbacks, sessions, deadlocks });
    this.deadlocksReported += deadlocks;
    this.commits = this.rollbacks = this.sessions = 0;
  }

  private flushDatabase(database: Oid, delta: DatabaseDelta): void {
    const handle = this.table.findOrAdd(databaseKey(database));
    if (!handle) return;
    for (const name of DATABASE_COUNTERS) this.add(handle, databaseIndex[name], delta[name] ?? 0);
  }

  /** The entry of a file whose pages were read. One is not made for a relation that may have been dropped since. */
  private handleOf(file: RelFile): EntryHandle | undefined {
    const known = this.byFile.get(file.database * DATABASE_SPAN + file.relation)?.handle;
    if (known) return this.table.isCurrent(known) ? known : undefined;
    const key = relationKey(file.database, this.renamed.get(file.relation) ?? file.relation);
    return this.table.find(key) ?? (this.storage.files.exists(file, 0) ? this.table.findOrAdd(key) : undefined);
  }

  private setRows(handle: EntryHandle, { live, dead }: { live: number; dead: number }): void {
    this.table.set(handle, relationIndex.live, live);
    this.table.set(handle, relationIndex.dead, dead);
  }

  private addAll(handle: EntryHandle, deltas: Partial<RelationCounters>): void {
    for (const [name, delta] of Object.entries(deltas))
      this.add(handle, relationIndex[name as keyof RelationCounters], delta);
  }

  private add(handle: EntryHandle, counter: number, delta: number): void {
    if (delta !== 0) this.table.set(handle, counter, Math.max(0, this.table.get(handle, counter) + delta));
  }

  private change(key: EntryKey, body: (handle: EntryHandle) => void): void {
    this.table.locked('exclusive', () => {
      const handle = this.table.findOrAdd(key);
      if (handle) body(handle);
    });
  }

  private read(key: EntryKey, names: readonly string[]): Record<string, number> | undefined {
    return this.table.locked('shared', () => {
      const handle = this.table.find(key);
      return handle && Object.fromEntries(names.map((name, index) => [name, this.table.get(handle, index)]));
    });
  }

  private forgetLocally(database: Oid, oid: Oid): void {
    const counts = this.byOid.get(database * DATABASE_SPAN + oid);
    if (!counts) return;
    this.byOid.delete(database * DATABASE_SPAN + oid);
    this.lastFile = undefined;
    for (const [key, other] of this.byFile) if (other === counts) this.byFile.delete(key);
  }
}

function collect(databases: Map<Oid, DatabaseDelta>, database: Oid, delta: DatabaseDelta): void {
  const sum = databases.get(database) ?? {};
  for (const [name, value] of Object.entries(delta) as [keyof DatabaseCounters, number][])
    sum[name] = (sum[name] ?? 0) + value;
  databases.set(database, sum);
}
