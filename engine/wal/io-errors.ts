import { error, PgError } from '../base/errors.js';
import { systemFailure } from '../base/system-errors.js';

/** `could not fsync file "pg_wal/...": No space left on device`, with the SQLSTATE of the system's error. */
export function ioError(attempt: string, cause: unknown): PgError {
  const { reason, sqlState, hint } = systemFailure(cause);
  return error(sqlState, `could not ${attempt}: ${reason}`, { cause, hint });
}

/** Runs one system call; `attempt` tells what failed, e.g. `open file "x"`. */
export function attempting<T>(attempt: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    if (cause instanceof PgError) throw cause;
    throw ioError(attempt, cause);
  }
}
