import { error } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import type { Area } from '../memory/arena.js';
import type { EngineContext } from '../memory/context.js';
import { lwLockIds } from '../memory/lwlock-table.js';
import { CheckpointFlag } from './checkpoint-flags.js';
import { RequestWord, WAITER_WORDS } from './shared-state.js';

/**
 * How processes ask for a checkpoint and wait for it (checkpointer.c RequestCheckpoint).
 *
 * Requests add up in `flags`; the checkpointer takes them all when it begins and counts `started` up, then `done` (and
 * `failed` before it). A request made while a checkpoint runs is for the NEXT one, since the running one may have
 * passed the requester's changes: so the waiter first sees `started` move, then waits until `done` reaches it.
 * Waiters register a bit and are woken through their latches, where a cancel reaches them too.
 */
export class CheckpointRequests {
  private readonly area: Area;

  constructor(private readonly ctx: EngineContext) {
    this.area = ctx.memory.arena.area('checkpoints');
  }

  /** Asks, and with CheckpointFlag.wait waits for the end. ERROR when the checkpoint failed or the wait was cancelled. */
  request(flags: number): void {
    const before = this.locked(() => {
      Atomics.or(this.area.i32, RequestWord.flags, flags | CheckpointFlag.requested);
      return { started: this.load(RequestWord.started), failed: this.load(RequestWord.failed) };
    });
    this.wakeCheckpointer();
    if ((flags & CheckpointFlag.wait) !== 0) this.awaitEnd(before);
  }

  /** Are there requests that no checkpoint has taken? */
  isPending(): boolean {
    return this.load(RequestWord.flags) !== 0;
  }

  /** Has somebody asked to hurry while a checkpoint runs? */
  isHurried(): boolean {
    return (this.load(RequestWord.flags) & CheckpointFlag.immediate) !== 0;
  }

  /** The checkpointer's: makes its latch known. */
  attachCheckpointer(): void {
    Atomics.store(this.area.i32, RequestWord.checkpointer, this.ctx.memory.slots.mine + 1);
  }

  detachCheckpointer(): void {
    Atomics.store(this.area.i32, RequestWord.checkpointer, 0);
  }

  /** Sets the checkpointer's latch; does nothing while there is none, which will look at the flags when it starts. */
  wakeCheckpointer(): void {
    const slot = this.load(RequestWord.checkpointer) - 1;
    if (slot >= 0) this.ctx.memory.latches.set(slot);
  }

  /** The checkpointer's: takes all requests for the checkpoint it begins now. */
  begin(): number {
    const flags = this.locked(() => {
      Atomics.add(this.area.i32, RequestWord.started, 1);
      return Atomics.exchange(this.area.i32, RequestWord.flags, 0);
    });
    this.wakeWaiters();
    return flags;
  }

  /** The checkpointer's: the checkpoint it began has ended. */
  end(outcome: 'done' | 'failed'): void {
    this.locked(() => {
      if (outcome === 'failed') Atomics.add(this.area.i32, RequestWord.failed, 1);
      Atomics.store(this.area.i32, RequestWord.done, this.load(RequestWord.started));
    });
    this.wakeWaiters();
  }

  private awaitEnd(before: { started: number; failed: number }): void {
    const { slots } = this.ctx.memory;
    slots.waiting('Activity', 'CheckpointDone', () => {
      this.sleepUntil(() => this.load(RequestWord.started) !== before.started);
      const mine = this.load(RequestWord.started);
      this.sleepUntil(() => ((this.load(RequestWord.done) - mine) | 0) >= 0);
    });
    if (this.load(RequestWord.failed) === before.failed) return;
    throw error(SqlState.internalError, 'checkpoint request failed', {
      hint: 'Consult recent messages in the server log for details.',
    });
  }

  private sleepUntil(isReached: () => boolean): void {
    this.setWaiter(true);
    try {
      while (!isReached()) {
        this.ctx.interrupts.check();
        this.ctx.memory.latches.waitSync(Infinity);
      }
    } finally {
      this.setWaiter(false);
    }
  }

  private setWaiter(waits: boolean): void {
    const slot = this.ctx.memory.slots.mine;
    const word = WAITER_WORDS.first + (slot >> 5);
    if (waits) Atomics.or(this.area.i32, word, 1 << (slot & 31));
    else Atomics.and(this.area.i32, word, ~(1 << (slot & 31)));
  }

  private wakeWaiters(): void {
    for (let index = 0; index < WAITER_WORDS.count; index++) {
      const bits = this.load(WAITER_WORDS.first + index);
      for (let bit = 0; bit < 32; bit++) if (bits & (1 << bit)) this.ctx.memory.latches.set(index * 32 + bit);
    }
  }

  private load(word: number): number {
    return Atomics.load(this.area.i32, word);
  }

  private locked<T>(body: () => T): T {
    return this.ctx.memory.lwlocks.with(lwLockIds.Checkpoint, 'exclusive', body);
  }
}
