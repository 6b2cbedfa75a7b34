import type { Oid } from '../../base/block.js';
import type { Area } from '../../memory/arena.js';
import { lwLockIds } from '../../memory/lwlock-table.js';
import type { Memory } from '../../memory/memory.js';

/**
 * What launcher, workers and postmaster tell each other about autovacuum, in the area 'autovacuum' (autovacuum.c
 * AutoVacuumShmemStruct). Guarded by the lock Autovacuum, save for the requests: the postmaster takes no lock.
 *
 *   requests: a worker wanted, the launcher wanted, a worker could not be started; the launcher's slot + 1
 *   one entry per worker: state, slot, database, table; when it was ordered
 *
 *   free ──launcher: order──► ordered ──worker: claim──► at work ──worker: leave──► free
 *                                └──launcher: it never came──► free
 */
const Request = { worker: 0, launcher: 1, failed: 2 } as const;
const LAUNCHER_SLOT = 3;
const ENTRIES_AT = 16;
const ENTRY_WORDS = 8;
const Entry = { state: 0, slot: 1, database: 2, table: 3 } as const;
const ORDERED_AT = ENTRY_WORDS / 2 - 1;
const State = { free: 0, ordered: 1, atWork: 2 } as const;

/** The most that `autovacuum_max_workers` can be. */
export const MOST_WORKERS = 8;

export interface WorkerAssignment {
  readonly worker: number;
  readonly database: Oid;
}

export class AutovacuumBoard {
  private readonly area: Area;

  constructor(private readonly memory: Memory) {
    this.area = memory.arena.area('autovacuum');
  }

  /** This process is the launcher. */
  attachLauncher(): void {
    this.area.i32[LAUNCHER_SLOT] = this.memory.slots.mine + 1;
  }

  /** The launcher: wants a worker for the database; to be followed by a signal to the postmaster. False when none is free. */
  order(database: Oid, mostWorkers: number, nowMs: number): boolean {
    return this.locked(() => {
      const worker = this.find(State.free, mostWorkers);
      if (worker === undefined) return false;
      this.set(worker, Entry.state, State.ordered);
      this.set(worker, Entry.database, database);
      this.area.f64[this.at(worker) / 2 + ORDERED_AT] = nowMs;
      Atomics.store(this.area.i32, Request.failed, 0);
      Atomics.store(this.area.i32, Request.worker, 1);
      return true;
    });
  }

  /** When the worker was ordered that has not come yet; undefined when there is none. */
  orderedAt(): number | undefined {
    return this.locked(() => {
      const worker = this.find(State.ordered, MOST_WORKERS);
      return worker === undefined ? undefined : this.area.f64[this.at(worker) / 2 + ORDERED_AT];
    });
  }

  /** Gives up on a worker that did not come; one that comes later finds nothing to do. */
  cancelOrder(): void {
    this.locked(() => {
      const worker = this.find(State.ordered, MOST_WORKERS);
      if (worker !== undefined) this.clear(worker);
    });
  }

  hasFreeWorker(mostWorkers: number): boolean {
    return this.locked(() => this.find(State.free, mostWorkers) !== undefined);
  }

  /** A worker: takes over what was ordered; undefined when the launcher has given up. */
  claim(): WorkerAssignment | undefined {
    return this.locked(() => {
      const worker = this.find(State.ordered, MOST_WORKERS);
      if (worker === undefined) return undefined;
      this.set(worker, Entry.state, State.atWork);
      this.set(worker, Entry.slot, this.memory.slots.mine);
      return { worker, database: this.get(worker, Entry.database) };
    });
  }

  /** A worker: takes the table, unless another is at it. */
  take(worker: number, table: Oid, isSharedTable: boolean): boolean {
    return this.locked(() => {
      const database = this.get(worker, Entry.database);
      for (let other = 0; other < MOST_WORKERS; other++) {
        const isThere = isSharedTable || this.get(other, Entry.database) === database;
        if (other !== worker && isThere && this.get(other, Entry.table) === table) return false;
      }
      this.set(worker, Entry.table, table);
      return true;
    });
  }

  putDown(worker: number): void {
    this.locked(() => this.set(worker, Entry.table, 0));
  }

  leave(worker: number): void {
    this.locked(() => this.clear(worker));
  }

  /** How many workers are at a table and share the cost limit. Read without the lock: it is advice. */
  sharers(): number {
    let count = 0;
    for (let worker = 0; worker < MOST_WORKERS; worker++) if (this.get(worker, Entry.table) !== 0) count++;
    return count;
  }

  /** Anyone: ids run out, the launcher is needed even if autovacuum is off. To be followed by a signal to the postmaster. */
  requestLauncher(): void {
    Atomics.store(this.area.i32, Request.launcher, 1);
  }

  /** The postmaster. */
  takeLauncherRequest(): boolean {
    return Atomics.exchange(this.area.i32, Request.launcher, 0) !== 0;
  }

  /** The postmaster. */
  takeWorkerRequest(): boolean {
    return Atomics.exchange(this.area.i32, Request.worker, 0) !== 0;
  }

  /** The postmaster could not start a worker. */
  reportFailure(): void {
    Atomics.store(this.area.i32, Request.failed, 1);
    this.wakeLauncher();
  }

  /** The launcher. */
  takeFailure(): boolean {
    return Atomics.exchange(this.area.i32, Request.failed, 0) !== 0;
  }

  wakeLauncher(): void {
    const slot = this.area.i32[LAUNCHER_SLOT] - 1;
    if (slot >= 0) this.memory.latches.set(slot);
  }

  private find(state: number, within: number): number | undefined {
    for (let worker = 0; worker < within; worker++) if (this.get(worker, Entry.state) === state) return worker;
    return undefined;
  }

  private get(worker: number, field: number): number {
    return this.area.u32[this.at(worker) + field];
  }

  private set(worker: number, field: number, value: number): void {
    this.area.u32[this.at(worker) + field] = value;
  }

  private clear(worker: number): void {
    this.area.u32.fill(0, this.at(worker), this.at(worker) + ENTRY_WORDS);
  }

  private at(worker: number): number {
    return ENTRIES_AT + worker * ENTRY_WORDS;
  }

  private locked<T>(body: () => T): T {
    return this.memory.lwlocks.with(lwLockIds.Autovacuum, 'exclusive', body);
  }
}
