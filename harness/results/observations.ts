import type { Look } from '../oracles/looks.js';
import { count, type Counts } from './counts.js';
import type { Observed, RecoveryTime } from './cycle-record.js';
import type { Place } from './place.js';

export function nothingObserved(): Observed {
  return { looks: {}, passed: {}, struck: {}, recoveries: [] };
}

/** Collects them while the cycle runs. */
export class Observations {
  private readonly looks: Partial<Record<Look, number>> = {};
  private readonly passed: Counts = {};
  private readonly struck: Counts = {};
  private readonly recoveries: RecoveryTime[] = [];

  look(look: Look, times = 1): void {
    count(this.looks as Counts, look, times);
  }

  pass(place: Place, times = 1): void {
    count(this.passed, place, times);
  }

  strike(place: Place, times = 1): void {
    count(this.struck, place, times);
  }

  recovered(time: RecoveryTime): void {
    this.recoveries.push(time);
  }

  observed(): Observed {
    const { looks, passed, struck, recoveries } = this;
    return { looks, passed, struck, recoveries };
  }
}
