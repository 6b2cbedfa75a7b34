import * as fs from 'node:fs';
import { errnoOf } from '../base/errors.js';
import { loadNativePackage } from '../base/native-package.js';
import type { FileDescriptor, FileStatus, Files, OpenMode } from './os.js';

type FsExt = typeof import('fs-ext').default;

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_DIRECTORY } = fs.constants;
const OPEN_FLAGS: Record<OpenMode, number> = {
  read: O_RDONLY,
  'read-write': O_RDWR,
  create: O_RDWR | O_CREAT,
  'create-exclusive': O_RDWR | O_CREAT | O_EXCL,
};

function statusOf(stats: fs.Stats): FileStatus {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
    bytes: stats.size,
    mode: stats.mode & 0o7777,
    ownerUid: stats.uid,
    inode: stats.ino,
    modifiedMs: stats.mtimeMs,
  };
}

/** Files of the machine, through node:fs. */
export class RealFiles implements Files {
  open(path: string, mode: OpenMode): FileDescriptor {
    return fs.openSync(path, OPEN_FLAGS[mode], 0o600);
  }

  close(fd: FileDescriptor): void {
    fs.closeSync(fd);
  }

  pread(fd: FileDescriptor, target: Uint8Array, targetOffset: number, length: number, position: number): number {
    let total = 0;
    while (total < length) {
      const count = fs.readSync(fd, target, targetOffset + total, length - total, position + total);
      if (count === 0) break;
      total += count;
    }
    return total;
  }

  pwrite(fd: FileDescriptor, source: Uint8Array, sourceOffset: number, length: number, position: number): void {
    let total = 0;
    while (total < length) total += fs.writeSync(fd, source, sourceOffset + total, length - total, position + total);
  }

  fsync(fd: FileDescriptor): void {
    fs.fsyncSync(fd);
  }

  fdatasync(fd: FileDescriptor): void {
    fs.fdatasyncSync(fd);
  }

  ftruncate(fd: FileDescriptor, bytes: number): void {
    fs.ftruncateSync(fd, bytes);
  }

  fstat(fd: FileDescriptor): FileStatus {
    return statusOf(fs.fstatSync(fd));
  }

  fsyncDirectory(path: string): void {
    const fd = fs.openSync(path, O_RDONLY | O_DIRECTORY);
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  }

  stat(path: string): FileStatus | undefined {
    const stats = fs.statSync(path, { throwIfNoEntry: false });
    return stats && statusOf(stats);
  }

  readdir(path: string): string[] {
    return fs.readdirSync(path);
  }

  mkdir(path: string): void {
    fs.mkdirSync(path, { mode: 0o700 });
  }

  rmdir(path: string): void {
    fs.rmdirSync(path);
  }

  rename(from: string, to: string): void {
    fs.renameSync(from, to);
  }

  link(existing: string, added: string): void {
    fs.linkSync(existing, added);
  }

  unlink(path: string): void {
    fs.unlinkSync(path);
  }

  chmod(path: string, mode: number): void {
    fs.chmodSync(path, mode);
  }

  tryLock(fd: FileDescriptor): boolean {
    try {
      loadNativePackage<FsExt>('fs-ext').flockSync(fd, 'exnb');
      return true;
    } catch (thrown) {
      if (errnoOf(thrown) === 'EAGAIN' || errnoOf(thrown) === 'EWOULDBLOCK') return false;
      throw thrown;
    }
  }
}
