import type { Fork, Oid } from '../base/block.js';
import type { Area } from '../memory/arena.js';
import { SYNC_QUEUE_ENTRIES } from '../memory/area-table.js';
import { lwLockIds } from '../memory/lwlock-table.js';
import type { Memory } from '../memory/memory.js';

/**
 * What a process asks of the next checkpoint:
 * - sync: fsync this segment file.
 * - sync-directory: fsync the database's directory, whose entries changed.
 * - forget: the segment is gone, drop the requests for it.
 * - unlink: remove the segment file after the next checkpoint.
 * - forget-database: all the database's files are gone, drop whatever was asked for them.
 */
const KINDS = ['sync', 'sync-directory', 'forget', 'unlink', 'forget-database'] as const;
export type SyncKind = (typeof KINDS)[number];

export interface SyncRequest {
  readonly kind: SyncKind;
  readonly tablespace: Oid;
  readonly database: Oid;
  readonly relation: Oid;
  readonly fork: Fork;
  readonly segment: number;
}

const COUNT = 0;
const ABSORPTIONS = 1;
const COLLECTOR = 2;
const FIRST_ENTRY = 1024;
const ENTRY_WORDS = 8;
const FULL_RETRY_MS = 1000;

/** The shared queue of sync requests (postmaster/checkpointer.c): written by every process, emptied by one. */
export class SyncQueue {
  private readonly area: Area;

  constructor(private readonly memory: Memory) {
    this.area = memory.arena.area('sync-queue');
  }

  /** How often the queue has been emptied. */
  get absorptions(): number {
    return Atomics.load(this.area.i32, ABSORPTIONS);
  }

  /** Appends a request; false when the queue is full even after removing duplicates. */
  push(request: SyncRequest): boolean {
    const count = this.locked(() => this.append(request));
    const collector = this.area.i32[COLLECTOR] - 1;
    if (count >= SYNC_QUEUE_ENTRIES / 2 && collector >= 0) this.memory.latches.set(collector);
    return count > 0;
  }

  /** Empties the queue and returns what was in it, oldest first. The caller becomes the collector. */
  takeAll(): SyncRequest[] {
    return this.locked(() => {
      const taken = Array.from({ length: this.area.i32[COUNT] }, (_, index) => this.entry(index));
      this.area.i32[COUNT] = 0;
      this.area.i32[COLLECTOR] = this.memory.slots.mine + 1;
      Atomics.add(this.area.i32, ABSORPTIONS, 1);
      this.memory.arena.wake(this.area, ABSORPTIONS, 0x7fff_ffff);
      return taken;
    });
  }

  /** Sleeps until the queue was emptied since `absorptions` was `seen`, or about a second. */
  waitUntilTaken(seen: number): void {
    this.memory.arena.wait(this.area, ABSORPTIONS, seen, FULL_RETRY_MS);
  }

  private locked<T>(body: () => T): T {
    return this.memory.lwlocks.with(lwLockIds.SyncQueue, 'exclusive', body);
  }

  private append(request: SyncRequest): number {
    if (this.area.i32[COUNT] >= SYNC_QUEUE_ENTRIES) this.compact();
    const count = this.area.i32[COUNT];
    if (count >= SYNC_QUEUE_ENTRIES) return 0;
    const at = FIRST_ENTRY + count * ENTRY_WORDS;
    const { kind, tablespace, database, relation, fork, segment } = request;
    this.area.u32.set([KINDS.indexOf(kind), tablespace, database, relation, fork, segment], at);
    this.area.i32[COUNT] = count + 1;
    return count + 1;
  }

  private entry(index: number): SyncRequest {
    const { u32 } = this.area;
    const at = FIRST_ENTRY + index * ENTRY_WORDS;
    return {
      kind: KINDS[u32[at]],
      tablespace: u32[at + 1],
      database: u32[at + 2],
      relation: u32[at + 3],
      fork: u32[at + 4] as Fork,
      segment: u32[at + 5],
    };
  }

  /** Keeps the LAST of equal requests: one that was repeated after a `forget` must stay behind it. */
  private compact(): void {
    const { u32 } = this.area;
    const last = new Map<string, number>();
    const keyOf = (index: number): string =>
      u32.subarray(FIRST_ENTRY + index * ENTRY_WORDS, FIRST_ENTRY + index * ENTRY_WORDS + 6).join();
    const count = this.area.i32[COUNT];
    for (let index = 0; index < count; index++) last.set(keyOf(index), index);
    let kept = 0;
    for (let index = 0; index < count; index++) {
      if (last.get(keyOf(index)) !== index) continue;
      const from = FIRST_ENTRY + index * ENTRY_WORDS;
      u32.copyWithin(FIRST_ENTRY + kept++ * ENTRY_WORDS, from, from + ENTRY_WORDS);
    }
    this.area.i32[COUNT] = kept;
  }
}
