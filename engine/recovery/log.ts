import type { Notice } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';

/** Where recovery and checkpoints write their lines: `notice` is the caller's, usually the server log. */
export class RecoveryLog {
  constructor(private readonly notice: (notice: Notice) => void) {}

  log(message: string, hint?: string): void {
    this.notice({ severity: 'LOG', sqlState: SqlState.successfulCompletion, message, details: { hint } });
  }

  warn(message: string, details: { detail?: string; hint?: string }): void {
    this.notice({ severity: 'WARNING', sqlState: SqlState.dataCorrupted, message, details });
  }

  debug(message: string): void {
    this.notice({ severity: 'DEBUG', sqlState: SqlState.successfulCompletion, message });
  }
}
