import { formatLsn, type Lsn } from '../base/lsn.js';
import type { Clock } from '../os/os.js';
import type { RecoveryLog } from './log.js';

/** As log_startup_progress_interval. */
const INTERVAL_MS = 10_000;
/** Asking the clock costs as much as replaying a small record. */
const RECORDS_PER_LOOK = 256;

/** Tells during a long replay how far it has come. */
export class ProgressReport {
  private readonly startMs: number;
  private reportMs: number;
  private untilLook = RECORDS_PER_LOOK;

  constructor(
    private readonly clock: Clock,
    private readonly log: RecoveryLog,
  ) {
    this.startMs = clock.monotonic();
    this.reportMs = this.startMs + INTERVAL_MS;
  }

  look(lsn: Lsn): void {
    if (--this.untilLook > 0) return;
    this.untilLook = RECORDS_PER_LOOK;
    const now = this.clock.monotonic();
    if (now < this.reportMs) return;
    this.reportMs = now + INTERVAL_MS;
    const elapsed = ((now - this.startMs) / 1000).toFixed(2);
    this.log.log(`redo in progress, elapsed time: ${elapsed} s, current LSN: ${formatLsn(lsn)}`);
  }
}
