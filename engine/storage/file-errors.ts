import { PgError, type Severity } from '../base/errors.js';
import { systemFailure } from '../base/system-errors.js';

/** The PgError for a failed file call: `could not read file "x"` and the system's reason. A PgError passes unchanged. */
export function fileError(severity: Severity, doing: string, cause: unknown): PgError {
  if (cause instanceof PgError) return cause;
  const { reason, sqlState, hint } = systemFailure(cause);
  return new PgError(severity, sqlState, `could not ${doing}: ${reason}`, { cause, hint });
}
