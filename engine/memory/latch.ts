import type { Clock, Processes } from '../os/os.js';
import type { Area, Arena } from './arena.js';
import type { ProcessSlots } from './process-slots.js';

/**
 * Latches (storage/latch.h): one word per process slot that anyone may set and only its owner waits on.
 *
 *   IDLE ──set──► SET ──wait──► IDLE           the owner was busy: it finds SET when it next waits
 *   IN_FUTEX ──set──► SET + futex wake         the owner sleeps inside synchronous code
 *   IN_LOOP ──set──► SET + SIGURG              the owner sleeps in its event loop, among sockets and timers
 *
 * A wait may end without cause; callers look at their conditions again, always after the wait.
 */
const IDLE = 0;
const SET = 1;
const IN_FUTEX = 2;
const IN_LOOP = 3;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class Latches {
  private readonly area: Area;
  private resume: (() => void) | undefined;
  private isListening = false;

  constructor(
    private readonly arena: Arena,
    private readonly slots: ProcessSlots,
    private readonly processes: Processes,
    private readonly clock: Clock,
  ) {
    this.area = slots.area;
  }

  /** Sets the latch of a slot. Safe at any time, from any process. */
  set(slot: number): void {
    const word = this.slots.latchWord(slot);
    const before = Atomics.exchange(this.area.i32, word, SET);
    if (before === IN_FUTEX) this.arena.wake(this.area, word, 1);
    else if (before === IN_LOOP) this.wakeLoop(slot);
  }

  /** Sleeps in the event loop until the latch is set or the time is over; true when it was set. Clears it. */
  async wait(timeoutMs: number): Promise<boolean> {
    this.listen();
    const word = this.slots.latchWord(this.slots.mine);
    if (Atomics.compareExchange(this.area.i32, word, IDLE, IN_LOOP) === IDLE) {
      await new Promise<void>((resolve) => {
        const timer = Number.isFinite(timeoutMs)
          ? setTimeout(resolve, Math.min(Math.max(0, timeoutMs), LONGEST_TIMER_MS))
          : setInterval(() => {}, LONGEST_TIMER_MS);
        this.resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.resume = undefined;
    }
    return Atomics.exchange(this.area.i32, word, IDLE) === SET;
  }

  /** Sleeps inside synchronous code until the latch is set or the time is over; true when it was set. Clears it. */
  waitSync(timeoutMs: number): boolean {
    const word = this.slots.latchWord(this.slots.mine);
    const deadline = this.clock.monotonic() + timeoutMs;
    const before = Atomics.load(this.area.i32, word);
    if (before !== SET && Atomics.compareExchange(this.area.i32, word, before, IN_FUTEX) === before) {
      let left = timeoutMs;
      while (left > 0 && Atomics.load(this.area.i32, word) === IN_FUTEX) {
        this.arena.wait(this.area, word, IN_FUTEX, left);
        left = deadline - this.clock.monotonic();
      }
    }
    const wasSet = Atomics.exchange(this.area.i32, word, before === IN_LOOP ? IN_LOOP : IDLE) === SET;
    if (wasSet) this.resume?.();
    return wasSet;
  }

  private listen(): void {
    if (this.isListening) return;
    this.isListening = true;
    this.processes.onSignal('SIGURG', () => this.resume?.());
  }

  private wakeLoop(slot: number): void {
    if (slot === this.slots.mine) this.resume?.();
    else this.processes.signal(this.slots.pid(slot), 'SIGURG');
  }
}
