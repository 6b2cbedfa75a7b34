import { errnoOf } from './errors.js';
import { SqlState } from './sqlstate.js';

/** The C library's words and PostgreSQL's SQLSTATE (errcode_for_file_access) for a failed file call. */
const FAILURES: Record<string, { reason: string; sqlState: string }> = {
  EACCES: { reason: 'Permission denied', sqlState: SqlState.insufficientPrivilege },
  EPERM: { reason: 'Operation not permitted', sqlState: SqlState.insufficientPrivilege },
  EROFS: { reason: 'Read-only file system', sqlState: SqlState.insufficientPrivilege },
  ENOENT: { reason: 'No such file or directory', sqlState: SqlState.undefinedFile },
  EEXIST: { reason: 'File exists', sqlState: SqlState.duplicateFile },
  ENOSPC: { reason: 'No space left on device', sqlState: SqlState.diskFull },
  EDQUOT: { reason: 'Disk quota exceeded', sqlState: SqlState.diskFull },
  EMFILE: { reason: 'Too many open files', sqlState: SqlState.insufficientResources },
  ENFILE: { reason: 'Too many open files in system', sqlState: SqlState.insufficientResources },
  EIO: { reason: 'Input/output error', sqlState: SqlState.ioError },
};
const DISK_FULL_HINT = 'Check free disk space.';

export interface SystemFailure {
  readonly reason: string;
  readonly sqlState: string;
  readonly hint: string | undefined;
}

/** What to tell of a failed system call. */
export function systemFailure(cause: unknown): SystemFailure {
  const code = errnoOf(cause) ?? '';
  const { reason, sqlState } = FAILURES[code] ?? {
    reason: code || (cause as Error).message,
    sqlState: SqlState.ioError,
  };
  return { reason, sqlState, hint: sqlState === SqlState.diskFull ? DISK_FULL_HINT : undefined };
}

/** Is it for want of file descriptors that the call failed? Nothing was done then. */
export function isOutOfDescriptors(thrown: unknown): boolean {
  const code = errnoOf(thrown);
  return code === 'EMFILE' || code === 'ENFILE';
}
