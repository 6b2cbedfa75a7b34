import type { BackgroundWriting } from './background-writing.js';
import type { ClockSweep } from './clock-sweep.js';

/** How fast the averages follow: over about this many rounds. */
const SMOOTHING_ROUNDS = 16;
/** Even when nothing is needed, the whole pool is looked at within this time. */
const WHOLE_POOL_MS = 120_000;
const INITIAL_DENSITY = 10;

export interface SweepSettings {
  /** bgwriter_lru_maxpages. */
  readonly maxPages: number;
  /** bgwriter_lru_multiplier. */
  readonly multiplier: number;
  /** bgwriter_delay. */
  readonly delayMs: number;
}

export interface SweepResult {
  readonly written: number;
  readonly allocations: number;
  /** Stopped because of `maxPages`. */
  readonly reachedLimit: boolean;
  /** The pool is clean all round and nobody wants buffers: the next round may wait. */
  readonly isIdle: boolean;
}

/**
 * The background writer's look-ahead (BgBufferSync): keeps about as many clean, unused buffers before the clock hand
 * as the coming round is likely to want.
 *
 * `density` is how many buffers the hand passes per victim; `allocations` follows rises at once and falls slowly.
 */
export class BackgroundSweep {
  private previous: { next: number; passes: number } | undefined;
  private cleaner = { next: 0, passes: 0 };
  private allocations = 0;
  private density = INITIAL_DENSITY;

  constructor(
    private readonly writing: BackgroundWriting,
    private readonly sweep: ClockSweep,
    private readonly bufferCount: number,
  ) {}

  run(settings: SweepSettings): SweepResult {
    const hand = this.sweep.position();
    if (settings.maxPages <= 0) {
      this.previous = undefined;
      return { written: 0, allocations: hand.allocations, reachedLimit: false, isIdle: true };
    }
    const toLap = this.buffersToLap(hand);
    this.learnDensity(this.handMoved(hand), hand.allocations);
    this.previous = { next: hand.next, passes: hand.passes };
    const ahead = (this.bufferCount - toLap) / this.density;
    const round = this.clean(toLap, ahead, this.wanted(hand.allocations, ahead, settings), settings.maxPages);
    this.learnDensity(round.scanned, round.found);
    const isIdle = toLap === 0 && hand.allocations === 0;
    return {
      written: round.written,
      allocations: hand.allocations,
      reachedLimit: round.written >= settings.maxPages,
      isIdle,
    };
  }

  /** How many buffers lie between us and the hand; when it has overtaken us we go on from it. */
  private buffersToLap(hand: { next: number; passes: number }): number {
    const { cleaner } = this;
    if (this.previous && cleaner.passes > hand.passes) return Math.max(0, hand.next - cleaner.next);
    if (this.previous && cleaner.passes === hand.passes && cleaner.next >= hand.next) {
      return this.bufferCount - (cleaner.next - hand.next);
    }
    this.cleaner = { next: hand.next, passes: hand.passes };
    return this.bufferCount;
  }

  private handMoved(hand: { next: number; passes: number }): number {
    if (!this.previous) return 0;
    return hand.next - this.previous.next + (hand.passes - this.previous.passes) * this.bufferCount;
  }

  private learnDensity(passed: number, allocations: number): void {
    if (passed > 0 && allocations > 0) this.density += (passed / allocations - this.density) / SMOOTHING_ROUNDS;
  }

  private wanted(recent: number, ahead: number, settings: SweepSettings): number {
    if (this.allocations <= recent) this.allocations = recent;
    else this.allocations += (recent - this.allocations) / SMOOTHING_ROUNDS;
    const upcoming = Math.floor(this.allocations * settings.multiplier);
    if (upcoming === 0) this.allocations = 0;
    return Math.max(upcoming, ahead + this.bufferCount / (WHOLE_POOL_MS / settings.delayMs));
  }

  private clean(
    toLap: number,
    ahead: number,
    wanted: number,
    maxPages: number,
  ): { written: number; scanned: number; found: number } {
    let written = 0;
    let scanned = 0;
    let found = 0;
    while (scanned < toLap && ahead + found < wanted && written < maxPages) {
      const outcome = this.writing.syncOne(this.cleaner.next, true);
      this.step();
      scanned++;
      if (outcome.isWritten) written++;
      if (outcome.isWritten || outcome.isReusable) found++;
    }
    return { written, scanned, found };
  }

  private step(): void {
    if (++this.cleaner.next < this.bufferCount) return;
    this.cleaner.next = 0;
    this.cleaner.passes++;
  }
}
