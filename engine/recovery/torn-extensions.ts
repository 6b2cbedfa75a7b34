import { BLOCK_BYTES } from '../base/block.js';
import type { EngineContext } from '../memory/context.js';
import { fileError } from '../storage/file-errors.js';
import { isRelationFile } from '../storage/relation-paths.js';
import type { RecoveryLog } from './log.js';

/**
 * Cuts a relation file that ends inside a page off at that page's start, after a crash and before replay.
 *
 * A kill can end a write between two memory pages: then a file that was being extended ends in half a page. Nobody ever
 * saw that block, and replay makes it anew if it is needed. PostgreSQL only leaves it out of account; but when the
 * relation's creation was never committed, the file stays, and pg_checksums cannot read it.
 */
export function cutTornExtension(
  { os: { files }, dataDirectory }: EngineContext,
  log: RecoveryLog,
  path: string,
  bytes: number,
): void {
  if (bytes % BLOCK_BYTES === 0 || !isRelationFile(path.slice(dataDirectory.length + 1))) return;
  const whole = bytes - (bytes % BLOCK_BYTES);
  log.log(`file "${path}" ended ${bytes - whole} bytes into block ${whole / BLOCK_BYTES}, which is cut off`);
  try {
    const fd = files.open(path, 'read-write');
    files.ftruncate(fd, whole);
    files.close(fd);
  } catch (thrown) {
    throw fileError('PANIC', `truncate file "${path}"`, thrown);
  }
}
