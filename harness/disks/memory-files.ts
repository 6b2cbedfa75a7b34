import type { FileDescriptor, FileStatus, Files, OpenMode } from '../../engine/os/os.js';
import type { StorageAct } from '../trace/storage-event.js';
import { VOLUME_BLOCK_BYTES, type NodeId, type Volume } from './volume.js';

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;
const SLAB_BYTES = 16 * VOLUME_BLOCK_BYTES;
const NO_SLAB = Buffer.alloc(0);

/** Told of every call that changes or syncs storage, after it was made. */
export type StorageObserver = (act: StorageAct) => void;

/** As Node's own, but without a stack: most are expected, as a name that is looked for and not there. */
class SystemError extends Error {
  constructor(
    readonly code: string,
    readonly syscall: string,
    readonly path: string,
  ) {
    super(`${code}: ${syscall} '${path}'`);
  }
}

function systemError(code: string, syscall: string, path: string): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new SystemError(code, syscall, path);
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

interface OpenFile {
  readonly node: NodeId;
  readonly path: string;
  readonly isReadOnly: boolean;
}

/**
 * The files of a volume, as one process opens them. Behaves as Linux does on a local file system: an unlinked file lives
 * while it is open, a rename replaces its target. Nothing is ever late: what a sync would have to bring to the disk is
 * for whoever listens to decide.
 */
export class MemoryFiles implements Files {
  private readonly open_: (OpenFile | undefined)[] = [];
  private readonly free: FileDescriptor[] = [];
  /** What is written next is kept here: an allocation for each page costs more than its copy. */
  private slab = NO_SLAB;
  private slabUsed = 0;

  constructor(
    readonly volume: Volume,
    private readonly observe: StorageObserver = () => {},
    private readonly ownerUid = 0,
  ) {}

  open(path: string, mode: OpenMode): FileDescriptor {
    let node = this.volume.lookUp(path);
    if (node !== undefined && mode === 'create-exclusive') throw systemError('EEXIST', 'open', path);
    if (node === undefined) {
      if (mode === 'read' || mode === 'read-write') throw systemError('ENOENT', 'open', path);
      node = this.make(path, 'file', 'open');
    } else if (this.volume.node(node)!.kind === 'directory') throw systemError('EISDIR', 'open', path);
    const fd = this.free.pop() ?? this.open_.length;
    this.open_[fd] = { node, path, isReadOnly: mode === 'read' };
    return fd;
  }

  close(fd: FileDescriptor): void {
    this.opened(fd, 'close');
    this.open_[fd] = undefined;
    this.free.push(fd);
  }

  pread(fd: FileDescriptor, target: Uint8Array, targetOffset: number, length: number, position: number): number {
    return this.volume.read(this.opened(fd, 'read').node, target, targetOffset, length, position);
  }

  pwrite(fd: FileDescriptor, source: Uint8Array, sourceOffset: number, length: number, position: number): void {
    if (length === 0) return; // no call at all, as with real files
    const { node, path } = this.writable(fd, 'write', 'EBADF');
    const data = this.room(length);
    data.set(length === source.length ? source : source.subarray(sourceOffset, sourceOffset + length));
    this.volume.write(node, data, position);
    this.observe({ kind: 'write', node, path, offset: position, data });
  }

  fsync(fd: FileDescriptor): void {
    const { node, path } = this.opened(fd, 'fsync');
    this.observe({ kind: 'sync', node, path, of: 'file', failed: false });
  }

  fdatasync(fd: FileDescriptor): void {
    const { node, path } = this.opened(fd, 'fdatasync');
    this.observe({ kind: 'sync', node, path, of: 'data', failed: false });
  }

  /** To be called when a sync was made to fail before it got here. */
  syncFailed(fd: FileDescriptor, of: 'file' | 'data'): void {
    const { node, path } = this.opened(fd, 'fsync');
    this.observe({ kind: 'sync', node, path, of, failed: true });
  }

  ftruncate(fd: FileDescriptor, bytes: number): void {
    const { node, path } = this.writable(fd, 'ftruncate', 'EINVAL');
    this.volume.truncate(node, bytes);
    this.observe({ kind: 'truncate', node, path, bytes });
  }

  fstat(fd: FileDescriptor): FileStatus {
    return this.statusOf(this.opened(fd, 'fstat').node);
  }

  fsyncDirectory(path: string): void {
    const node = this.existing(path, 'open');
    this.observe({ kind: 'sync', node, path, of: 'directory', failed: false });
  }

  stat(path: string): FileStatus | undefined {
    const node = this.volume.lookUp(path);
    return node === undefined ? undefined : this.statusOf(node);
  }

  readdir(path: string): string[] {
    const node = this.existing(path, 'scandir');
    if (this.volume.node(node)!.kind !== 'directory') throw systemError('ENOTDIR', 'scandir', path);
    return [...this.volume.names(node)];
  }

  mkdir(path: string): void {
    if (this.volume.lookUp(path) !== undefined) throw systemError('EEXIST', 'mkdir', path);
    this.make(path, 'directory', 'mkdir');
  }

  rmdir(path: string): void {
    const node = this.volume.node(this.existing(path, 'rmdir'))!;
    if (node.kind !== 'directory') throw systemError('ENOTDIR', 'rmdir', path);
    if (node.entries.size > 0) throw systemError('ENOTEMPTY', 'rmdir', path);
    this.remove(path, 'rmdir');
  }

  rename(from: string, to: string): void {
    const node = this.existing(from, 'rename');
    const source = this.place(from, 'rename');
    const target = this.place(to, 'rename');
    if (this.volume.lookUp(to) === node) return; // two names of one file: nothing happens
    this.volume.removeEntry(source.directory, source.name);
    this.volume.setEntry(target.directory, target.name, node);
    this.observe({
      kind: 'rename',
      node,
      fromDirectory: source.directory,
      fromName: source.name,
      ...target,
      path: to,
      fromPath: from,
    });
  }

  link(existing: string, added: string): void {
    const node = this.existing(existing, 'link');
    if (this.volume.lookUp(added) !== undefined) throw systemError('EEXIST', 'link', added);
    const place = this.place(added, 'link');
    this.volume.setEntry(place.directory, place.name, node);
    this.observe({ kind: 'link', node, ...place, path: added });
  }

  unlink(path: string): void {
    if (this.volume.node(this.existing(path, 'unlink'))!.kind === 'directory')
      throw systemError('EISDIR', 'unlink', path);
    this.remove(path, 'unlink');
  }

  chmod(path: string): void {
    this.existing(path, 'chmod');
  }

  /** The processes of a simulated machine share one volume and take turns: nobody else can hold it. */
  tryLock(): boolean {
    return true;
  }

  /** Descriptors that are open now. */
  get openCount(): number {
    return this.open_.length - this.free.length;
  }

  private room(bytes: number): Buffer {
    if (bytes > SLAB_BYTES / 4) return Buffer.allocUnsafe(bytes);
    if (this.slabUsed + bytes > this.slab.length) {
      this.slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.slabUsed = 0;
    }
    return this.slab.subarray(this.slabUsed, (this.slabUsed += bytes));
  }

  private make(path: string, nodeKind: 'file' | 'directory', syscall: string): NodeId {
    const { directory, name } = this.place(path, syscall);
    const node = this.volume.addNode(nodeKind);
    this.volume.setEntry(directory, name, node);
    this.observe({ kind: 'create', node, nodeKind, directory, name, path });
    return node;
  }

  private remove(path: string, syscall: string): void {
    const node = this.existing(path, syscall);
    const { directory, name } = this.place(path, syscall);
    this.volume.removeEntry(directory, name);
    this.observe({ kind: 'remove', node, directory, name, path });
  }

  private place(path: string, syscall: string): { directory: NodeId; name: string } {
    const slash = path.lastIndexOf('/');
    return { directory: this.existing(path.slice(0, slash) || '/', syscall), name: path.slice(slash + 1) };
  }

  private existing(path: string, syscall: string): NodeId {
    const node = this.volume.lookUp(path);
    if (node === undefined) throw systemError('ENOENT', syscall, path);
    return node;
  }

  private opened(fd: FileDescriptor, syscall: string): OpenFile {
    const file = this.open_[fd];
    if (!file) throw systemError('EBADF', syscall, String(fd));
    return file;
  }

  private writable(fd: FileDescriptor, syscall: string, code: string): OpenFile {
    const file = this.opened(fd, syscall);
    if (file.isReadOnly) throw systemError(code, syscall, file.path);
    return file;
  }

  private statusOf(inode: NodeId): FileStatus {
    const node = this.volume.node(inode)!;
    const { kind } = node;
    const bytes = kind === 'file' ? node.bytes : 0;
    const mode = kind === 'file' ? FILE_MODE : DIRECTORY_MODE;
    return { kind, bytes, mode, ownerUid: this.ownerUid, inode, modifiedMs: 0 };
  }
}
