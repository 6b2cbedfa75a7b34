import type { FileDescriptor, FileStatus, Files, OpenMode } from '../../engine/os/os.js';
import type { CallRecorder } from './call-recorder.js';
import type { CallVerdict, FaultTrigger } from './fault-trigger.js';
import { FILE_CLASSES, callIndex, classifyFile, operationIndex, type Operation } from './operations.js';

const OTHER = FILE_CLASSES.indexOf('other');

/** The first call kind of each operation: adding the file class gives the kind. */
const firstKind = (operation: Operation): number => callIndex(operationIndex(operation), 0);
const KIND = {
  open: firstKind('open'),
  close: firstKind('close'),
  pread: firstKind('pread'),
  pwrite: firstKind('pwrite'),
  fsync: firstKind('fsync'),
  fdatasync: firstKind('fdatasync'),
  ftruncate: firstKind('ftruncate'),
  fstat: firstKind('fstat'),
  fsyncDirectory: firstKind('fsyncDirectory'),
  stat: firstKind('stat'),
  readdir: firstKind('readdir'),
  mkdir: firstKind('mkdir'),
  rmdir: firstKind('rmdir'),
  rename: firstKind('rename'),
  link: firstKind('link'),
  unlink: firstKind('unlink'),
  chmod: firstKind('chmod'),
  tryLock: firstKind('tryLock'),
} as const satisfies Record<Operation, number>;

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: injected fault, ${syscall}`), { code, syscall });
}

/** Fewer than asked for, or the fault would be none. */
function atMost(bytes: number | undefined, length: number): number {
  return bytes === undefined ? length : Math.min(bytes, Math.max(0, length - 1));
}

/** A copy: the process's own bytes stay as they are. */
function rotten(source: Uint8Array, offset: number, length: number, bit: number): Uint8Array {
  const copy = new Uint8Array(source.subarray(offset, offset + length));
  const at = bit % (8 * length);
  copy[at >>> 3] ^= 1 << (at & 7);
  return copy;
}

/** Files that count every call in the trace area and let the armed faults act on it. */
export class TracedFiles implements Files {
  private readonly classOfFd: number[] = [];
  private readonly classOfPath = new Map<string, number>();

  constructor(
    private readonly files: Files,
    private readonly recorder: CallRecorder,
    private readonly trigger: FaultTrigger,
  ) {}

  open(path: string, mode: OpenMode): FileDescriptor {
    const fileClass = this.classify(path);
    const fd = this.call('open', fileClass, () => this.files.open(path, mode));
    this.classOfFd[fd] = fileClass;
    return fd;
  }

  close(fd: FileDescriptor): void {
    this.call('close', this.classOf(fd), () => this.files.close(fd));
  }

  pread(fd: FileDescriptor, target: Uint8Array, targetOffset: number, length: number, position: number): number {
    return this.call('pread', this.classOf(fd), ({ shortBytes }) =>
      this.files.pread(fd, target, targetOffset, atMost(shortBytes, length), position),
    );
  }

  pwrite(fd: FileDescriptor, source: Uint8Array, sourceOffset: number, length: number, position: number): void {
    this.call('pwrite', this.classOf(fd), ({ tornBytes = length, shortBytes, rotBit }) => {
      const [bytes, from] =
        rotBit === undefined ? [source, sourceOffset] : [rotten(source, sourceOffset, length, rotBit), 0];
      this.files.pwrite(fd, bytes, from, Math.min(atMost(shortBytes, length), tornBytes), position);
      if (shortBytes !== undefined) throw systemError('ENOSPC', 'pwrite');
    });
  }

  fsync(fd: FileDescriptor): void {
    this.call('fsync', this.classOf(fd), () => this.files.fsync(fd));
  }

  fdatasync(fd: FileDescriptor): void {
    this.call('fdatasync', this.classOf(fd), () => this.files.fdatasync(fd));
  }

  ftruncate(fd: FileDescriptor, bytes: number): void {
    this.call('ftruncate', this.classOf(fd), () => this.files.ftruncate(fd, bytes));
  }

  fstat(fd: FileDescriptor): FileStatus {
    return this.call('fstat', this.classOf(fd), () => this.files.fstat(fd));
  }

  fsyncDirectory(path: string): void {
    this.call('fsyncDirectory', this.classify(path), () => this.files.fsyncDirectory(path));
  }

  stat(path: string): FileStatus | undefined {
    return this.call('stat', this.classify(path), () => this.files.stat(path));
  }

  readdir(path: string): string[] {
    return this.call('readdir', this.classify(path), () => this.files.readdir(path));
  }

  mkdir(path: string): void {
    this.call('mkdir', this.classify(path), () => this.files.mkdir(path));
  }

  rmdir(path: string): void {
    this.call('rmdir', this.classify(path), () => this.files.rmdir(path));
  }

  rename(from: string, to: string): void {
    this.call('rename', this.classify(to), () => this.files.rename(from, to));
  }

  link(existing: string, added: string): void {
    this.call('link', this.classify(added), () => this.files.link(existing, added));
  }

  unlink(path: string): void {
    this.call('unlink', this.classify(path), () => this.files.unlink(path));
  }

  chmod(path: string, mode: number): void {
    this.call('chmod', this.classify(path), () => this.files.chmod(path, mode));
  }

  tryLock(fd: FileDescriptor): boolean {
    return this.call('tryLock', this.classOf(fd), () => this.files.tryLock(fd));
  }

  private call<T>(operation: Operation, fileClass: number, make: (verdict: CallVerdict) => T): T {
    const kind = KIND[operation] + fileClass;
    const verdict = this.trigger.beforeCall(kind, this.recorder.begin(kind));
    if (verdict.errorCode) {
      this.recorder.end();
      throw systemError(verdict.errorCode, operation);
    }
    try {
      const result = make(verdict);
      verdict.killAfter?.();
      return result;
    } finally {
      this.recorder.end();
    }
  }

  private classify(path: string): number {
    let fileClass = this.classOfPath.get(path);
    if (fileClass === undefined) {
      fileClass = FILE_CLASSES.indexOf(classifyFile(path));
      this.classOfPath.set(path, fileClass);
    }
    return fileClass;
  }

  private classOf(fd: FileDescriptor): number {
    return this.classOfFd[fd] ?? OTHER;
  }
}
