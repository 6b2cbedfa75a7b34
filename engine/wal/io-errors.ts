import { error, errnoOf, PgError } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';

const STATES: Record<string, string> = {
  ENOSPC: SqlState.diskFull,
  EDQUOT: SqlState.diskFull,
  EMFILE: SqlState.insufficientResources,
  ENFILE: SqlState.insufficientResources,
  ENOENT: SqlState.undefinedFile,
};

/** `could not fsync file "pg_wal/...": no space left on device`, with the SQLSTATE of the system's error. */
export function ioError(attempt: string, cause: unknown): PgError {
  const { message } = cause as Error;
  const reason = /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
  return error(STATES[errnoOf(cause) ?? ''] ?? SqlState.ioError, `could not ${attempt}: ${reason}`, { cause });
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
