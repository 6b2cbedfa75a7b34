import { constants } from 'node:os';
import { dirname } from 'node:path';
import type { FileDescriptor, FileStatus, Files, OpenMode } from '../../engine/os/os.js';
import type { RecordedCall, TraceWriter } from '../trace/trace-writer.js';

const UNKNOWN_ERRNO = constants.errno.EIO;

interface OpenFile {
  readonly path: Buffer;
  /** Inode number; 0 until somebody needs it. */
  node: number;
}

/**
 * Files that put every call which changes or syncs storage on record, with its bytes, before they make it, and its
 * outcome after. Calls that only read pass through.
 *
 *   engine ─► recording ─► what `through` adds: counting, faults ─► witness ─► machine
 *
 * The record must say what is on disk. So a write is made from the recorded copy, not from the caller's buffer, which
 * may be shared memory that others are changing; and the witness corrects the record when a fault changed a write on its
 * way. Errors are recorded where the engine sees them, so that injected ones are results like any other.
 */
export class RecordingFiles implements Files {
  private readonly files: Files;
  private readonly opened: (OpenFile | undefined)[] = [];
  /** How far the write on its way has come. */
  private written: 'not' | 'begun' | 'done' = 'not';

  constructor(
    /** Also for looking up inodes: calls of the recorder's own, which must not be counted or made to fail. */
    private readonly machine: Files,
    private readonly writer: TraceWriter,
    through: (machine: Files) => Files = (files) => files,
  ) {
    this.files = through(this.witness());
  }

  open(path: string, mode: OpenMode): FileDescriptor {
    const fd = this.createsFile(path, mode) ? this.create(path, mode) : this.files.open(path, mode);
    this.opened[fd] = { path: Buffer.from(path), node: 0 };
    return fd;
  }

  close(fd: FileDescriptor): void {
    this.files.close(fd);
    this.opened[fd] = undefined;
  }

  pread(fd: FileDescriptor, target: Uint8Array, targetOffset: number, length: number, position: number): number {
    return this.files.pread(fd, target, targetOffset, length, position);
  }

  pwrite(fd: FileDescriptor, source: Uint8Array, sourceOffset: number, length: number, position: number): void {
    const data = source.subarray(sourceOffset, sourceOffset + length);
    const { writer } = this;
    writer.begin({ operation: 'pwrite', ...this.openFile(fd), offset: position, data });
    this.written = 'not';
    try {
      this.files.pwrite(fd, writer.bytes, writer.dataAt, length, position);
    } catch (thrown) {
      this.endFailedWrite(thrown);
      throw thrown;
    }
    writer.end(0);
  }

  fsync(fd: FileDescriptor): void {
    this.record({ operation: 'fsync', ...this.openFile(fd) }, () => this.files.fsync(fd));
  }

  fdatasync(fd: FileDescriptor): void {
    this.record({ operation: 'fdatasync', ...this.openFile(fd) }, () => this.files.fdatasync(fd));
  }

  ftruncate(fd: FileDescriptor, bytes: number): void {
    this.record({ operation: 'ftruncate', ...this.openFile(fd), offset: bytes }, () => this.files.ftruncate(fd, bytes));
  }

  fstat(fd: FileDescriptor): FileStatus {
    return this.files.fstat(fd);
  }

  fsyncDirectory(path: string): void {
    const call: RecordedCall = { operation: 'fsyncDirectory', path: Buffer.from(path), node: this.inodeOf(path) };
    this.record(call, () => this.files.fsyncDirectory(path));
  }

  stat(path: string): FileStatus | undefined {
    return this.files.stat(path);
  }

  readdir(path: string): string[] {
    return this.files.readdir(path);
  }

  mkdir(path: string): void {
    this.record(
      { operation: 'mkdir', ...this.place(path) },
      () => this.files.mkdir(path),
      () => this.inodeOf(path),
    );
  }

  rmdir(path: string): void {
    this.record({ operation: 'rmdir', ...this.place(path), node: this.inodeOf(path) }, () => this.files.rmdir(path));
  }

  rename(from: string, to: string): void {
    if (this.inodeOf(from) === this.inodeOf(to)) return this.files.rename(from, to); // two names of one file: nothing happens
    const source = this.place(from);
    const call: RecordedCall = {
      operation: 'rename',
      ...this.place(to),
      node: this.inodeOf(from),
      fromPath: source.path,
      fromDirectory: source.directory,
    };
    this.record(call, () => this.files.rename(from, to));
  }

  link(existing: string, added: string): void {
    const node = this.inodeOf(existing);
    const call: RecordedCall = { operation: 'link', ...this.place(added), node, fromPath: Buffer.from(existing) };
    this.record(call, () => this.files.link(existing, added));
  }

  unlink(path: string): void {
    this.record({ operation: 'unlink', ...this.place(path), node: this.inodeOf(path) }, () => this.files.unlink(path));
  }

  chmod(path: string, mode: number): void {
    this.files.chmod(path, mode);
  }

  tryLock(fd: FileDescriptor): boolean {
    return this.files.tryLock(fd);
  }

  /** When the machine's own call failed, how much of it was done is not known: it stays without an end. */
  private endFailedWrite(thrown: unknown): void {
    if (this.written === 'not') this.writer.end(errnoOf(thrown));
    else if (this.written === 'done') this.writer.end(0);
  }

  private witness(): Files {
    const { machine, writer } = this;
    const pwrite: Files['pwrite'] = (fd, source, from, length, position) => {
      writer.amend(source, from, length);
      this.written = 'begun';
      machine.pwrite(fd, source, from, length, position);
      this.written = 'done';
    };
    return Object.assign(Object.create(machine) as Files, { pwrite });
  }

  private createsFile(path: string, mode: OpenMode): boolean {
    return mode === 'create-exclusive' || (mode === 'create' && this.machine.stat(path) === undefined);
  }

  private create(path: string, mode: OpenMode): FileDescriptor {
    return this.record(
      { operation: 'create', ...this.place(path) },
      () => this.files.open(path, mode),
      (fd) => this.machine.fstat(fd).inode,
    );
  }

  private record<T>(call: RecordedCall, make: () => T, newNode?: (result: T) => number): T {
    this.writer.begin(call);
    let result: T;
    try {
      result = make();
    } catch (thrown) {
      this.writer.end(errnoOf(thrown));
      throw thrown;
    }
    this.writer.end(0, newNode?.(result));
    return result;
  }

  /** Also of one that was opened before the recording began. */
  private openFile(fd: FileDescriptor): OpenFile {
    const file = (this.opened[fd] ??= { path: Buffer.alloc(0), node: 0 });
    if (file.node === 0) file.node = this.machine.fstat(fd).inode;
    return file;
  }

  private place(path: string): { path: Buffer; directory: number } {
    return { path: Buffer.from(path), directory: this.inodeOf(dirname(path)) };
  }

  private inodeOf(path: string): number {
    return this.machine.stat(path)?.inode ?? 0;
  }
}

function errnoOf(thrown: unknown): number {
  const { code } = thrown as { code?: string };
  return (constants.errno as Readonly<Record<string, number>>)[code ?? ''] ?? UNKNOWN_ERRNO;
}
