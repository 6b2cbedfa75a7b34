import { PgError, error, fatal, panic } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import { Interrupt, type ProcessSlots } from './process-slots.js';

/**
 * Requests from other processes, looked at where it is safe (miscadmin.h CHECK_FOR_INTERRUPTS): between rows, in lock
 * waits, never under an LWLock or in a critical section.
 */
export class Interrupts {
  private criticalDepth = 0;
  /** A deadline of this process's own (statement_timeout), on the monotonic clock; Infinity when none. */
  statementDeadline = Infinity;
  /** How this process's errors name what they end: a client's statement, or an automatic vacuum. */
  isAutovacuum = false;

  constructor(
    private readonly slots: ProcessSlots,
    private readonly monotonic: () => number,
  ) {}

  /** Throws ERROR 57014 when asked to cancel, FATAL 57P01 or 57P02 when asked to end. */
  check(): void {
    if (this.criticalDepth > 0 || this.slots.mine < 0) return;
    const pending = this.slots.interrupts(this.slots.mine);
    if (pending !== 0) this.act(pending);
    if (this.statementDeadline !== Infinity && this.monotonic() >= this.statementDeadline) {
      this.statementDeadline = Infinity;
      throw error(SqlState.queryCanceled, 'canceling statement due to statement timeout');
    }
  }

  /** Whether `check` would throw now. */
  isPending(): boolean {
    const stopping = Interrupt.cancel | Interrupt.terminate | Interrupt.crashed;
    return this.slots.mine >= 0 && (this.slots.interrupts(this.slots.mine) & stopping) !== 0;
  }

  /** Forgets a cancel that came too late: the statement it was for has ended. */
  forgetCancel(): void {
    if (this.slots.mine >= 0) this.slots.clearInterrupt(this.slots.mine, Interrupt.cancel);
  }

  /** Runs `body` so that anything it throws becomes a PANIC: shared state may be half changed. */
  critical<T>(body: () => T): T {
    this.criticalDepth++;
    try {
      return body();
    } catch (thrown) {
      if (thrown instanceof PgError && thrown.severity === 'PANIC') throw thrown;
      const { sqlState, details } =
        thrown instanceof PgError ? thrown : { sqlState: SqlState.internalError, details: {} };
      throw panic(sqlState, (thrown as Error).message, { ...details, cause: thrown });
    } finally {
      this.criticalDepth--;
    }
  }

  private act(pending: number): void {
    if (pending & Interrupt.crashed) {
      throw fatal(SqlState.crashShutdown, 'terminating connection because of crash of another server process', {
        detail:
          'The postmaster has commanded this server process to roll back the current transaction and exit, because another server process exited abnormally and possibly corrupted shared memory.',
        hint: 'In a moment you should be able to reconnect to the database and repeat your command.',
      });
    }
    if (pending & Interrupt.terminate) {
      const what = this.isAutovacuum ? 'autovacuum process' : 'connection';
      throw fatal(SqlState.adminShutdown, `terminating ${what} due to administrator command`);
    }
    if (pending & Interrupt.cancel) {
      this.slots.clearInterrupt(this.slots.mine, Interrupt.cancel);
      const message = this.isAutovacuum ? 'canceling autovacuum task' : 'canceling statement due to user request';
      throw error(SqlState.queryCanceled, message);
    }
  }
}
