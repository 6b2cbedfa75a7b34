import { PgError, errnoOf, type Severity } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';

/** The C library's words and PostgreSQL's SQLSTATE (errcode_for_file_access) for a failed file call. */
const FAILURES: Record<string, { text: string; sqlState: string }> = {
  EACCES: { text: 'Permission denied', sqlState: SqlState.insufficientPrivilege },
  EPERM: { text: 'Operation not permitted', sqlState: SqlState.insufficientPrivilege },
  EROFS: { text: 'Read-only file system', sqlState: SqlState.insufficientPrivilege },
  ENOENT: { text: 'No such file or directory', sqlState: SqlState.undefinedFile },
  EEXIST: { text: 'File exists', sqlState: SqlState.duplicateFile },
  ENOSPC: { text: 'No space left on device', sqlState: SqlState.diskFull },
  EDQUOT: { text: 'Disk quota exceeded', sqlState: SqlState.diskFull },
  EMFILE: { text: 'Too many open files', sqlState: SqlState.insufficientResources },
  ENFILE: { text: 'Too many open files in system', sqlState: SqlState.insufficientResources },
  EIO: { text: 'Input/output error', sqlState: SqlState.ioError },
};
const DISK_FULL_HINT = 'Check free disk space.';

/** The PgError for a failed file call: `could not read file "x"` and the system's reason. A PgError passes unchanged. */
export function fileError(severity: Severity, doing: string, cause: unknown): PgError {
  if (cause instanceof PgError) return cause;
  const code = errnoOf(cause) ?? '';
  const failure = FAILURES[code] ?? { text: code || (cause as Error).message, sqlState: SqlState.ioError };
  const hint = failure.sqlState === SqlState.diskFull ? DISK_FULL_HINT : undefined;
  return new PgError(severity, failure.sqlState, `could not ${doing}: ${failure.text}`, { cause, hint });
}
