import { errnoOf } from '../base/errors.js';
import type { EngineContext } from '../memory/context.js';
import { fileError } from '../storage/file-errors.js';
import { WAL_DIRECTORY } from '../wal/segment-names.js';
import type { RecoveryLog } from './log.js';

/** Segments being prepared; a whole one is renamed, so what still has this name was cut off by a crash. */
const TEMPORARY_PREFIX = 'xlogtemp.';

/** Removes half-made WAL segments (RemoveTempXlogFiles). Their loss or return does no harm: nothing is synced. */
export function removeTemporaryWalFiles(ctx: EngineContext, log: RecoveryLog): void {
  const directory = `${ctx.dataDirectory}/${WAL_DIRECTORY}`;
  for (const name of readWalDirectory(ctx)) {
    if (!name.startsWith(TEMPORARY_PREFIX)) continue;
    removeFile(ctx, `${directory}/${name}`);
    log.debug(`removed temporary WAL segment "${name}"`);
  }
}

export function readWalDirectory(ctx: EngineContext): string[] {
  try {
    return ctx.os.files.readdir(`${ctx.dataDirectory}/${WAL_DIRECTORY}`);
  } catch (cause) {
    throw fileError('FATAL', `open directory "${WAL_DIRECTORY}"`, cause);
  }
}

/** Unlinks a file that may already be gone. */
export function removeFile(ctx: EngineContext, path: string): void {
  try {
    ctx.os.files.unlink(path);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return;
    throw fileError('FATAL', `remove file "${path}"`, cause);
  }
}
