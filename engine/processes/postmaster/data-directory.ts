import { errnoOf, fatal } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { FileDescriptor, Files } from '../../os/os.js';
import { readText } from '../settings-file.js';

/** The version whose file formats this engine reads and writes. */
const FILE_VERSION = '15';
const OTHERS_BITS = 0o027;

/** Refuses a directory that is no cluster of ours, or that others could write to (checkDataDir, ValidatePgVersion). */
export function checkDataDirectory(files: Files, path: string, userId: number): void {
  const status = files.stat(path);
  if (!status) throw fatal(SqlState.undefinedFile, `data directory "${path}" does not exist`);
  const refuse = (message: string, more?: { detail?: string; hint?: string }): Error =>
    fatal(SqlState.objectNotInPrerequisiteState, message, more);
  if (status.kind !== 'directory') throw refuse(`specified data directory "${path}" is not a directory`);
  if (status.ownerUid !== userId) {
    throw refuse(`data directory "${path}" has wrong ownership`, {
      hint: 'The server must be started by the user that owns the data directory.',
    });
  }
  if ((status.mode & OTHERS_BITS) !== 0) {
    throw refuse(`data directory "${path}" has invalid permissions`, {
      detail: 'Permissions should be u=rwx (0700) or u=rwx,g=rx (0750).',
    });
  }
  checkVersion(files, path, refuse);
}

function checkVersion(files: Files, path: string, refuse: (message: string, more?: object) => Error): void {
  const versionFile = `${path}/PG_VERSION`;
  if (!files.stat(versionFile)) {
    throw refuse(`"${path}" is not a valid data directory`, { detail: `File "${versionFile}" is missing.` });
  }
  const version = readText(files, versionFile).trim();
  if (!/^\d+$/.test(version)) {
    throw refuse(`"${path}" is not a valid data directory`, {
      detail: `File "${versionFile}" does not contain valid data.`,
      hint: 'You might need to initdb.',
    });
  }
  if (version !== FILE_VERSION) {
    throw refuse('database files are incompatible with server', {
      detail: `The data directory was initialized by PostgreSQL version ${version}, which is not compatible with this version ${FILE_VERSION}.`,
    });
  }
}

/**
 * Locks the directory itself, so that no deleted file can undo it. Children inherit the open file description: the lock
 * ends with the last process of the cluster, not with the postmaster.
 */
export function lockDataDirectory(files: Files, path: string, pidFile: string): FileDescriptor {
  const fd = files.open(path, 'read');
  if (files.tryLock(fd)) return fd;
  files.close(fd);
  const pid = pidInFile(files, pidFile);
  throw fatal(SqlState.lockFileExists, 'lock file "postmaster.pid" already exists', {
    hint:
      pid === undefined
        ? `Is another server, or what is left of one, running in data directory "${path}"?`
        : `Is another postmaster (PID ${pid}), or a child that outlived it, running in data directory "${path}"?`,
  });
}

function pidInFile(files: Files, path: string): number | undefined {
  try {
    return parseInt(readText(files, path), 10) || undefined;
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}
