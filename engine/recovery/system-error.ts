import { errnoOf } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';

/** `%m`: the system's text for a failed call ("No such file or directory"). */
export function systemErrorText(thrown: unknown): string {
  const text = (thrown as Error | null)?.message ?? String(thrown);
  const described = /^E[A-Z0-9]+: ([^,]+)/.exec(text)?.[1] ?? text;
  return described.charAt(0).toUpperCase() + described.slice(1);
}

/** The SQLSTATE PostgreSQL gives to a failed file call (errcode_for_file_access). */
export function fileAccessState(thrown: unknown): string {
  switch (errnoOf(thrown)) {
    case 'ENOENT':
      return SqlState.undefinedFile;
    case 'EEXIST':
      return SqlState.duplicateFile;
    case 'EPERM':
    case 'EACCES':
    case 'EROFS':
      return SqlState.insufficientPrivilege;
    case 'ENOSPC':
      return SqlState.diskFull;
    case 'ENFILE':
    case 'EMFILE':
      return SqlState.insufficientResources;
    default:
      return SqlState.ioError;
  }
}
