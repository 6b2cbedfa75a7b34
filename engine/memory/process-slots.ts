import { INVALID_XID, type Xid } from '../base/xid.js';
import type { Area, Arena } from './arena.js';
import { AUXILIARY_SLOTS, CACHED_SUBTRANSACTIONS } from './area-table.js';

/**
 * The process array (PGPROC, storage/proc.h): one slot of 32 words per process, at a place the postmaster gives it; behind
 * the slots entries of the same form for prepared transactions, which run without a process.
 *
 * A slot is written by its owner, except the latch and the interrupt word, which anyone may set. The ids of a process's
 * subtransactions stand in an area of their own, up to 64 of them: its owner adds at the end, and takes out only under the
 * lock ProcArray, exclusively.
 */
const WORDS = 32;
const Word = {
  pid: 0,
  processType: 1,
  latch: 2,
  interrupts: 3,
  database: 4,
  role: 5,
  xid: 6,
  xmin: 7,
  delayCheckpoint: 8,
  cancelKey: 9,
  waitEvent: 10,
  flags: 11,
  subtransactions: 12,
  hasMoreSubtransactions: 13,
} as const;

/** What a process's maintenance means to others (storage/proc.h PROC_*). */
export const ProcessFlag = {
  /** An autovacuum worker. */
  autovacuum: 1,
  /** Its transaction only vacuums: it looks at no rows that others might remove. */
  vacuuming: 2,
  /** Against wraparound: who waits for its lock must not cancel it. */
  againstWraparound: 8,
} as const;

export const Interrupt = { cancel: 1, terminate: 2, crashed: 4, reload: 8 } as const;

const WAIT_CLASSES = ['LWLock', 'Lock', 'Activity', 'Client', 'IO', 'Timeout', 'BufferPin'] as const;
export type WaitClass = (typeof WAIT_CLASSES)[number];

export class ProcessSlots {
  readonly area: Area;
  /** The processes' slots. */
  readonly count: number;
  /** With the entries of prepared transactions, which stand behind. */
  readonly entryCount: number;
  readonly backendCount: number;
  private readonly children: Uint32Array;
  private waitDepth = 0;

  constructor(
    arena: Arena,
    /** This process's slot; -1 for the postmaster, which has none. */
    readonly mine: number,
  ) {
    this.area = arena.area('processes');
    this.children = arena.area('running-subtransactions').u32;
    this.count = arena.sizes.processSlots;
    this.entryCount = this.count + arena.sizes.preparedTransactions;
    this.backendCount = this.count - AUXILIARY_SLOTS;
  }

  /** The slot is empty save for what it may have been told already: its owner is known before it runs. */
  claim(pid: number, processType: number): void {
    Atomics.store(this.area.i32, this.mine * WORDS + Word.processType, processType);
    Atomics.store(this.area.i32, this.mine * WORDS + Word.pid, pid);
  }

  /** Empties a slot; the owner at its end, or the postmaster for a child that has gone. */
  free(slot: number): void {
    this.area.u32.fill(0, slot * WORDS, (slot + 1) * WORDS);
  }

  pid(slot: number): number {
    return Atomics.load(this.area.i32, slot * WORDS + Word.pid);
  }

  processType(slot: number): number {
    return this.area.i32[slot * WORDS + Word.processType];
  }

  slotOfPid(pid: number): number {
    for (let slot = 0; slot < this.count; slot++) if (this.pid(slot) === pid) return slot;
    return -1;
  }

  /** Index of the slot's latch in `area`, for Latches. */
  latchWord(slot: number): number {
    return slot * WORDS + Word.latch;
  }

  interrupts(slot: number): number {
    return Atomics.load(this.area.i32, slot * WORDS + Word.interrupts);
  }

  /** Sets interrupt bits; the caller also sets the latch, so that a sleeper looks. */
  raiseInterrupt(slot: number, bits: number): void {
    Atomics.or(this.area.i32, slot * WORDS + Word.interrupts, bits);
  }

  clearInterrupt(slot: number, bits: number): void {
    Atomics.and(this.area.i32, slot * WORDS + Word.interrupts, ~bits);
  }

  database(slot: number): number {
    return this.area.u32[slot * WORDS + Word.database];
  }

  role(slot: number): number {
    return this.area.u32[slot * WORDS + Word.role];
  }

  /** The database this process works in; 0 when none. */
  get myDatabase(): number {
    return this.mine < 0 ? 0 : this.database(this.mine);
  }

  setIdentity(database: number, role: number): void {
    this.area.u32[this.mine * WORDS + Word.database] = database;
    this.area.u32[this.mine * WORDS + Word.role] = role;
  }

  cancelKey(slot: number): number {
    return this.area.i32[slot * WORDS + Word.cancelKey];
  }

  setCancelKey(key: number): void {
    this.area.i32[this.mine * WORDS + Word.cancelKey] = key;
  }

  xid(slot: number): Xid {
    return (Atomics.load(this.area.u32, slot * WORDS + Word.xid) >>> 0) as Xid;
  }

  setXid(xid: Xid): void {
    Atomics.store(this.area.u32, this.mine * WORDS + Word.xid, xid);
  }

  xmin(slot: number): Xid {
    return (Atomics.load(this.area.u32, slot * WORDS + Word.xmin) >>> 0) as Xid;
  }

  setXmin(xmin: Xid): void {
    Atomics.store(this.area.u32, this.mine * WORDS + Word.xmin, xmin);
  }

  /** See ProcessFlag. */
  flags(slot: number): number {
    return Atomics.load(this.area.i32, slot * WORDS + Word.flags);
  }

  setFlags(bits: number): void {
    Atomics.store(this.area.i32, this.mine * WORDS + Word.flags, bits);
  }

  clearTransaction(): void {
    this.setXid(INVALID_XID);
    this.setXmin(INVALID_XID);
    if (this.flags(this.mine) !== 0) this.setFlags(this.flags(this.mine) & ProcessFlag.autovacuum);
    this.area.i32[this.mine * WORDS + Word.subtransactions] = 0;
    this.area.i32[this.mine * WORDS + Word.hasMoreSubtransactions] = 0;
  }

  /** How many running subtransactions the slot shows. */
  subtransactions(slot: number): number {
    return Atomics.load(this.area.i32, slot * WORDS + Word.subtransactions);
  }

  subtransaction(slot: number, index: number): Xid {
    return this.children[slot * CACHED_SUBTRANSACTIONS + index] as Xid;
  }

  /** Has the slot's transaction had more subtransactions than it can show? */
  hasMoreSubtransactions(slot: number): boolean {
    return Atomics.load(this.area.i32, slot * WORDS + Word.hasMoreSubtransactions) !== 0;
  }

  /** The id is in place before the count says so. */
  addSubtransaction(xid: Xid, slot = this.mine): void {
    const count = this.subtransactions(slot);
    if (count === CACHED_SUBTRANSACTIONS) {
      Atomics.store(this.area.i32, slot * WORDS + Word.hasMoreSubtransactions, 1);
      return;
    }
    this.children[slot * CACHED_SUBTRANSACTIONS + count] = xid;
    Atomics.store(this.area.i32, slot * WORDS + Word.subtransactions, count + 1);
  }

  /** Fills the entry of a prepared transaction; its id comes last, for that makes it one. */
  showPrepared(entry: number, { xid, database, owner }: { xid: Xid; database: number; owner: number }): void {
    this.area.u32[entry * WORDS + Word.database] = database;
    this.area.u32[entry * WORDS + Word.role] = owner;
    Atomics.store(this.area.u32, entry * WORDS + Word.xid, xid);
  }

  /** Of this process; one that is not shown cannot be taken out. Under the lock ProcArray, exclusively. */
  removeSubtransaction(xid: Xid): void {
    const first = this.mine * CACHED_SUBTRANSACTIONS;
    const last = this.subtransactions(this.mine) - 1;
    for (let index = last; index >= 0; index--) {
      if (this.children[first + index] !== xid) continue;
      this.children[first + index] = this.children[first + last];
      Atomics.store(this.area.i32, this.mine * WORDS + Word.subtransactions, last);
      return;
    }
  }

  /** While set, a checkpoint that wants to take its redo point after us waits (DELAY_CHKPT_START = 1, COMPLETE = 2). */
  delayCheckpoint(slot: number): number {
    return Atomics.load(this.area.i32, slot * WORDS + Word.delayCheckpoint);
  }

  setDelayCheckpoint(bits: number): void {
    Atomics.store(this.area.i32, this.mine * WORDS + Word.delayCheckpoint, bits);
  }

  /** Runs `sleep` with the wait event shown in pg_stat_activity. */
  waiting<T>(waitClass: WaitClass, event: string, sleep: () => T): T {
    if (this.mine < 0 || this.waitDepth > 0) return sleep();
    this.waitDepth++;
    this.area.u32[this.mine * WORDS + Word.waitEvent] = waitEventCode(waitClass, event);
    try {
      return sleep();
    } finally {
      this.waitDepth--;
      this.area.u32[this.mine * WORDS + Word.waitEvent] = 0;
    }
  }

  /** The wait event of a sleep in the event loop, until `showWorking`. */
  showWaiting(waitClass: WaitClass, event: string): void {
    this.area.u32[this.mine * WORDS + Word.waitEvent] = waitEventCode(waitClass, event);
  }

  showWorking(): void {
    this.area.u32[this.mine * WORDS + Word.waitEvent] = 0;
  }

  waitEvent(slot: number): { waitClass: WaitClass; event: string } | undefined {
    return waitEventOf(this.area.u32[slot * WORDS + Word.waitEvent]);
  }
}

const WAIT_EVENTS = [
  'XidGen',
  'OidGen',
  'ProcArray',
  'WalWrite',
  'WalBufMapping',
  'ControlFile',
  'Checkpoint',
  'CommitLog',
  'SyncQueue',
  'RelationExtension',
  'RelationSizes',
  'CatalogChanges',
  'Statistics',
  'BufferStrategy',
  'LockTableGrowth',
  'WalInsertPosition',
  'BufferContent',
  'BufferIO',
  'BufferMapping',
  'LockManager',
  'WALInsert',
  'relation',
  'transactionid',
  'tuple',
  'object',
  'extend',
  'ClientRead',
  'ClientWrite',
  'CheckpointerMain',
  'BgWriterMain',
  'WalWriterMain',
  'CheckpointDone',
  'WALSync',
  'DataFileRead',
  'CheckpointWriteDelay',
  'PgSleep',
  'BackendPool',
  'RecoveryStart',
  'WalSegments',
  'Autovacuum',
  'AutoVacuumMain',
  'VacuumDelay',
  'BufferPin',
  'VacuumTruncate',
  'XactTruncation',
  'WrapLimitsVacuum',
  'frozenid',
  'BtreeVacuum',
  'SubtransactionLog',
  'OtherSessions',
  'TwoPhaseState',
] as const;

function waitEventCode(waitClass: WaitClass, event: string): number {
  return (WAIT_CLASSES.indexOf(waitClass) << 16) | (WAIT_EVENTS.indexOf(event as (typeof WAIT_EVENTS)[number]) + 1);
}

function waitEventOf(code: number): { waitClass: WaitClass; event: string } | undefined {
  const event = WAIT_EVENTS[(code & 0xffff) - 1];
  return event && { waitClass: WAIT_CLASSES[code >>> 16], event };
}
