import { errnoOf } from '../base/errors.js';
import type { EngineContext } from '../memory/context.js';
import type { Files } from '../os/os.js';
import { fileError } from '../storage/file-errors.js';
import type { RecoveryLog } from './log.js';
import { cutTornExtension } from './torn-extensions.js';
import { walkFiles } from './walk-files.js';

const PROGRESS_INTERVAL_MS = 10_000;

/**
 * Visits every file and directory of a cluster that crashed, before anything is replayed: cuts torn extensions off and
 * syncs (SyncDataDirectory).
 *
 * Replay reads WAL that may stand only in the operating system's cache. If pages changed by it reached the disk and
 * that WAL did not, a power loss now would leave pages from a future the log does not know. For the same reason a
 * failed sync is a PANIC here, where PostgreSQL only logs it: the kernel reports a lost write once, and forgets it.
 */
export function settleDataDirectory(ctx: EngineContext, log: RecoveryLog): void {
  const { clock, files } = ctx.os;
  const isSynced = ctx.settings.get('fsync');
  const startMs = clock.monotonic();
  let reportMs = startMs + PROGRESS_INTERVAL_MS;
  walkFiles(files, ctx.dataDirectory, (path, { kind, bytes }) => {
    if (kind === 'file') cutTornExtension(ctx, log, path, bytes);
    if (!isSynced) return;
    syncPath(files, path, kind);
    if (clock.monotonic() < reportMs) return;
    const elapsed = ((clock.monotonic() - startMs) / 1000).toFixed(2);
    log.log(`syncing data directory (fsync), elapsed time: ${elapsed} s, current path: ${path}`);
    reportMs = clock.monotonic() + PROGRESS_INTERVAL_MS;
  });
}

function syncPath(files: Files, path: string, kind: 'file' | 'directory' | 'other'): void {
  try {
    if (kind === 'directory') files.fsyncDirectory(path);
    else syncFile(files, path);
  } catch (thrown) {
    if (isNotOurs(thrown)) return;
    throw fileError('PANIC', `fsync file "${path}"`, thrown);
  }
}

function syncFile(files: Files, path: string): void {
  const fd = files.open(path, 'read-write');
  try {
    files.fsync(fd);
  } finally {
    files.close(fd);
  }
}

/** Files the server may not even open were not written by it. */
function isNotOurs(thrown: unknown): boolean {
  return ['EACCES', 'EPERM', 'ENOENT', 'ETXTBSY', 'EROFS'].includes(errnoOf(thrown) ?? '');
}
