import type { Clock } from '../../engine/os/os.js';
import type { FaultTrigger } from './fault-trigger.js';

/** A wall clock that jumps as the armed faults say. The monotonic clock is above that. */
export class JumpingClock implements Clock {
  constructor(
    private readonly clock: Clock,
    private readonly trigger: FaultTrigger,
  ) {}

  now(): number {
    return this.clock.now() + this.trigger.clockOffsetMs();
  }

  monotonic(): number {
    return this.clock.monotonic();
  }
}
