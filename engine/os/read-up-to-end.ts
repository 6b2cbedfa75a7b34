import type { FileDescriptor, Files } from './os.js';

/**
 * Reads `length` bytes, or those up to the end of the file. Where fewer arrive than the file has, the read has failed:
 * whoever takes that for the end would lose what follows, so it throws EIO.
 */
export function readUpToEnd(
  files: Files,
  fd: FileDescriptor,
  target: Uint8Array,
  length: number,
  position: number,
): number {
  const count = files.pread(fd, target, 0, length, position);
  if (count === length || files.fstat(fd).bytes <= position + count) return count;
  const message = `EIO: read only ${count} of ${length} bytes, though the file goes on`;
  throw Object.assign(new Error(message), { code: 'EIO', syscall: 'pread' });
}
