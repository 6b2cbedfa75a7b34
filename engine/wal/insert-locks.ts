import type { Lsn } from '../base/lsn.js';
import type { EngineContext } from '../memory/context.js';
import { lwLockArrays, lwLockIds } from '../memory/lwlock-table.js';
import type { BytePositions } from './byte-positions.js';
import { InsertLockWords, type WalSharedState } from './shared-state.js';

/**
 * Who may copy a record into the WAL buffers, and how far each has come (WALInsertLocks).
 *
 * An inserter holds one of eight locks from before it reserves its space until all its bytes are in place. Whoever wants
 * to write the buffers out waits for every inserter that still works before that point:
 *
 *     insertingAt   0        nobody inserts under this lock
 *                   1        somebody does, it is not told where: wait for the lock's release
 *                   an LSN   all before it is in place
 *
 * An inserter tells its progress before it may have to sleep (for a free buffer), so that nobody waits in a circle.
 */
const NOBODY = 0;
const SOMEWHERE = 1;
const SPINS = 200;
const ALL = 0x7fff_ffff;

export class InsertLocks {
  /** A word of the shared area that nobody changes: to sleep on for a time. */
  readonly quietWord = InsertLockWords.quiet;
  private readonly i32: Int32Array;
  private readonly f64: Float64Array;
  private mine: number;

  constructor(
    private readonly context: EngineContext,
    private readonly state: WalSharedState,
    private readonly positions: BytePositions,
  ) {
    this.i32 = state.area.i32;
    this.f64 = state.area.f64;
    this.mine = Math.max(0, context.memory.slots.mine) % InsertLockWords.count;
  }

  /** Takes one insert lock; another one next time when this one was taken. */
  acquire(): void {
    const { lwlocks } = this.context.memory;
    if (!lwlocks.conditionalAcquire(lwLockArrays.walInsert(this.mine), 'exclusive')) {
      this.mine = (this.mine + 1) % InsertLockWords.count;
      lwlocks.acquire(lwLockArrays.walInsert(this.mine), 'exclusive');
    }
    this.f64[InsertLockWords.insertingAt(this.mine)] = SOMEWHERE;
  }

  release(): void {
    this.tell(NOBODY);
    this.context.memory.lwlocks.release(lwLockArrays.walInsert(this.mine));
  }

  /** Takes all: no record can be inserted by anyone else. The last one shows the holder's progress. */
  acquireAll(): void {
    for (let n = 0; n < InsertLockWords.count; n++) {
      this.context.memory.lwlocks.acquire(lwLockArrays.walInsert(n), 'exclusive');
    }
    this.mine = InsertLockWords.count - 1;
    this.f64[InsertLockWords.insertingAt(this.mine)] = SOMEWHERE;
  }

  releaseAll(): void {
    this.tell(NOBODY);
    for (let n = InsertLockWords.count - 1; n >= 0; n--) {
      this.context.memory.lwlocks.release(lwLockArrays.walInsert(n));
    }
  }

  /** Tells that all before `at` is in place. */
  tellProgress(at: Lsn): void {
    this.tell(at);
  }

  /** Remembers, under this process's insert lock, a record that deserves a checkpoint. */
  markImportant(start: Lsn): void {
    this.f64[InsertLockWords.lastImportant(this.mine)] = start;
  }

  lastImportant(): Lsn {
    let last = 0;
    for (let n = 0; n < InsertLockWords.count; n++) last = Math.max(last, this.f64[InsertLockWords.lastImportant(n)]);
    return last as Lsn;
  }

  startImportant(at: Lsn): void {
    for (let n = 0; n < InsertLockWords.count; n++) this.f64[InsertLockWords.lastImportant(n)] = at;
  }

  /**
   * Waits until every record that begins before `upTo` is in the buffers as far as `upTo`. Returns up to where the
   * buffers are complete, at most what is reserved by now (WaitXLogInsertionsToFinish).
   */
  waitUntilFinished(upTo: Lsn): Lsn {
    const reserved = this.reservedUpTo();
    const target = Math.min(upTo, reserved);
    let finished: number = reserved;
    for (let n = 0; n < InsertLockWords.count; n++) {
      const at = this.waitForOne(n, target);
      if (at !== NOBODY && at < finished) finished = at;
    }
    return finished as Lsn;
  }

  private reservedUpTo(): Lsn {
    const { lwlocks } = this.context.memory;
    lwlocks.acquire(lwLockIds.WalInsertPosition, 'exclusive');
    const position = this.state.get('currentPosition');
    lwlocks.release(lwLockIds.WalInsertPosition);
    return this.positions.endLsn(position);
  }

  private waitForOne(n: number, target: number): number {
    const changes = InsertLockWords.changes(n);
    for (let spin = 0; ; spin++) {
      const seen = Atomics.load(this.i32, changes);
      const at = this.f64[InsertLockWords.insertingAt(n)];
      if (at === NOBODY || at >= target) return at;
      if (spin >= SPINS) this.sleep(n, seen, target);
    }
  }

  private sleep(n: number, seen: number, target: number): void {
    const { arena, slots } = this.context.memory;
    Atomics.add(this.i32, InsertLockWords.waiters(n), 1);
    const at = this.f64[InsertLockWords.insertingAt(n)];
    if (at !== NOBODY && at < target) {
      slots.waiting('LWLock', 'WALInsert', () => arena.wait(this.state.area, InsertLockWords.changes(n), seen));
    }
    Atomics.sub(this.i32, InsertLockWords.waiters(n), 1);
  }

  /** The first addition makes the record's bytes visible before the news of them, the second is for sleepers. */
  private tell(at: number): void {
    const changes = InsertLockWords.changes(this.mine);
    Atomics.add(this.i32, changes, 1);
    this.f64[InsertLockWords.insertingAt(this.mine)] = at;
    Atomics.add(this.i32, changes, 1);
    if (Atomics.load(this.i32, InsertLockWords.waiters(this.mine)) > 0) {
      this.context.memory.arena.wake(this.state.area, changes, ALL);
    }
  }
}
