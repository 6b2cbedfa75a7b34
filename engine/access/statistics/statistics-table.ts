import type { Oid } from '../../base/block.js';
import type { Area } from '../../memory/arena.js';
import { hashSlots, STATISTICS_ENTRY_BYTES } from '../../memory/area-table.js';
import type { EngineContext } from '../../memory/context.js';
import { lwLockIds } from '../../memory/lwlock-table.js';
import { EntryKind, type EntryKey } from './counters.js';

/**
 * The statistics of all tables, indexes and databases in shared memory (utils/activity/pgstat_shmem.c), guarded by the
 * lock Statistics.
 *
 *   header │ buckets ──► entry ──► entry        link: entry + 1, 0 ends a chain
 *
 * An entry: 8 words (kind, database, object, next, generation), then its counters as doubles. Zeroed memory is an empty
 * table. An entry's generation moves when it is given up: what a process still has to add for a dropped table is then
 * added to nothing. When all entries are taken, further objects are not counted.
 */
const HEADER_WORDS = 1024;
const Header = { everUsed: 0, free: 1 } as const;
const ENTRY_WORDS = STATISTICS_ENTRY_BYTES / 4;
const Entry = { kind: 0, database: 1, object: 2, next: 3, generation: 4 } as const;
const COUNTERS_AT = 4;
const ENTRY_COUNTERS = ENTRY_WORDS / 2 - COUNTERS_AT;

/** A place in the table, good until its object is dropped. */
export interface EntryHandle {
  readonly entry: number;
  readonly generation: number;
}

/** An entry by itself: all its counters, those that its kind leaves unused at 0. */
export interface EntryRecord extends EntryKey {
  readonly counters: readonly number[];
}

export class StatisticsTable {
  private readonly area: Area;
  private readonly words: Uint32Array;
  private readonly buckets: number;
  private readonly entries: number;
  private readonly entriesAt: number;

  constructor(private readonly context: EngineContext) {
    const { arena } = context.memory;
    this.area = arena.area('object-statistics');
    this.words = this.area.u32;
    this.entries = arena.sizes.statisticsEntries;
    this.buckets = hashSlots(this.entries);
    this.entriesAt = HEADER_WORDS + this.buckets;
  }

  /** Runs `body` under the lock; the other methods are for inside of it. */
  locked<T>(mode: 'shared' | 'exclusive', body: () => T): T {
    return this.context.memory.lwlocks.with(lwLockIds.Statistics, mode, body);
  }

  find(key: EntryKey): EntryHandle | undefined {
    let link = this.words[this.bucketOf(key)];
    while (link !== 0 && !this.hasKey(link - 1, key)) link = this.words[this.at(link - 1) + Entry.next];
    return link === 0 ? undefined : this.handle(link - 1);
  }

  /** Undefined when the table is full. */
  findOrAdd(key: EntryKey): EntryHandle | undefined {
    return this.find(key) ?? this.add(key);
  }

  isCurrent({ entry, generation }: EntryHandle): boolean {
    return this.words[this.at(entry) + Entry.generation] === generation;
  }

  get({ entry }: EntryHandle, counter: number): number {
    return this.area.f64[this.countersAt(entry) + counter];
  }

  set({ entry }: EntryHandle, counter: number, value: number): void {
    this.area.f64[this.countersAt(entry) + counter] = value;
  }

  *all(): Generator<EntryRecord> {
    for (const entry of this.taken()) {
      const at = this.at(entry);
      const [kind, database, object] = this.words.subarray(at, at + 3);
      yield { kind, database, object, counters: [...this.countersOf(entry)] };
    }
  }

  put({ counters, ...key }: EntryRecord): void {
    const handle = this.findOrAdd(key);
    if (handle) this.countersOf(handle.entry).set(counters);
  }

  drop(key: EntryKey): void {
    const found = this.find(key);
    if (found) this.remove(found.entry);
  }

  /** Forgets a database and all that is in it. */
  dropDatabase(database: Oid): void {
    for (const entry of this.taken()) if (this.words[this.at(entry) + Entry.database] === database) this.remove(entry);
  }

  /** Sets all counters of a database's objects to zero, and its own. */
  reset(database: Oid): void {
    for (const entry of this.taken()) {
      if (this.words[this.at(entry) + Entry.database] !== database) continue;
      this.countersOf(entry).fill(0);
    }
  }

  private *taken(): Generator<number> {
    const count = this.words[Header.everUsed];
    for (let entry = 0; entry < count; entry++) if (this.words[this.at(entry) + Entry.kind] !== 0) yield entry;
  }

  private add(key: EntryKey): EntryHandle | undefined {
    const entry = this.takeFree();
    if (entry === undefined) return undefined;
    const at = this.at(entry);
    const bucket = this.bucketOf(key);
    this.words[at + Entry.kind] = key.kind;
    this.words[at + Entry.database] = key.database;
    this.words[at + Entry.object] = key.object;
    this.words[at + Entry.next] = this.words[bucket];
    this.words[bucket] = entry + 1;
    return this.handle(entry);
  }

  private takeFree(): number | undefined {
    const link = this.words[Header.free];
    if (link !== 0) {
      this.words[Header.free] = this.words[this.at(link - 1) + Entry.next];
      return link - 1;
    }
    return this.words[Header.everUsed] < this.entries ? this.words[Header.everUsed]++ : undefined;
  }

  private remove(entry: number): void {
    const at = this.at(entry);
    const [kind, database, object] = this.words.subarray(at, at + 3);
    let from = this.bucketOf({ kind, database, object });
    while (this.words[from] !== entry + 1) from = this.at(this.words[from] - 1) + Entry.next;
    this.words[from] = this.words[at + Entry.next];
    const generation = this.words[at + Entry.generation];
    this.words.fill(0, at, at + ENTRY_WORDS);
    this.words[at + Entry.generation] = generation + 1;
    this.words[at + Entry.next] = this.words[Header.free];
    this.words[Header.free] = entry + 1;
  }

  private handle(entry: number): EntryHandle {
    return { entry, generation: this.words[this.at(entry) + Entry.generation] };
  }

  private hasKey(entry: number, { kind, database, object }: EntryKey): boolean {
    const at = this.at(entry);
    return (
      this.words[at + Entry.object] === object &&
      this.words[at + Entry.database] === database &&
      this.words[at + Entry.kind] === kind
    );
  }

  private at(entry: number): number {
    return this.entriesAt + entry * ENTRY_WORDS;
  }

  private countersOf(entry: number): Float64Array {
    const from = this.countersAt(entry);
    return this.area.f64.subarray(from, from + ENTRY_COUNTERS);
  }

  private countersAt(entry: number): number {
    return this.at(entry) / 2 + COUNTERS_AT;
  }

  private bucketOf({ kind, database, object }: EntryKey): number {
    const isDatabase = kind === EntryKind.database ? 1 : 0;
    const hash = Math.imul(Math.imul(object, 0x9e37_79b1) ^ database ^ isDatabase, 0x85eb_ca6b);
    return HEADER_WORDS + ((hash >>> 12) & (this.buckets - 1));
  }
}
