/**
 * The seam: everything the engine does to the outside world, as one interface.
 *
 * Nothing above this folder touches node:fs, node:net, node:child_process, koffi, fs-ext, the clock or randomness.
 * A library named in `shared_preload_libraries` may replace any part of it (see preload.ts): that is how a harness
 * counts, traces, kills and breaks I/O without the engine knowing.
 */
export interface Os {
  files: Files;
  clock: Clock;
  random: Random;
  sharedMemory: SharedMemoryProvider;
  processes: Processes;
  /** Marks a named in-memory moment (`commit:before-clog`); does nothing unless a preloaded library listens. */
  reach(point: string): void;
}

export type FileDescriptor = number;
export type OpenMode = 'read' | 'read-write' | 'create' | 'create-exclusive';

export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'other';
  readonly bytes: number;
  /** Permission bits, e.g. 0o700. */
  readonly mode: number;
  readonly ownerUid: number;
  readonly inode: number;
  readonly modifiedMs: number;
}

/** Synchronous file calls. Every method throws a system error with `code` (`ENOENT`) when the call fails. */
export interface Files {
  /** `create` makes the file when it is missing; new files get mode 0600. */
  open(path: string, mode: OpenMode): FileDescriptor;
  close(fd: FileDescriptor): void;
  /** Reads up to `length` bytes; returns how many, fewer only at the end of the file. */
  pread(fd: FileDescriptor, target: Uint8Array, targetOffset: number, length: number, position: number): number;
  /** Writes all `length` bytes. */
  pwrite(fd: FileDescriptor, source: Uint8Array, sourceOffset: number, length: number, position: number): void;
  fsync(fd: FileDescriptor): void;
  fdatasync(fd: FileDescriptor): void;
  ftruncate(fd: FileDescriptor, bytes: number): void;
  fstat(fd: FileDescriptor): FileStatus;
  /** Opens, fsyncs and closes a directory, so that its entries are durable. */
  fsyncDirectory(path: string): void;
  stat(path: string): FileStatus | undefined;
  readdir(path: string): string[];
  mkdir(path: string): void;
  rmdir(path: string): void;
  rename(from: string, to: string): void;
  link(existing: string, added: string): void;
  unlink(path: string): void;
  chmod(path: string, mode: number): void;
  /** Takes an exclusive `flock` without waiting; false when another open file description holds it. */
  tryLock(fd: FileDescriptor): boolean;
}

export interface Clock {
  /** Milliseconds since 1970, with fraction. */
  now(): number;
  /** Milliseconds on a clock that never jumps, with fraction. */
  monotonic(): number;
}

export interface Random {
  bytes(count: number): Buffer;
  /** Uniform integer in [0, 2^32). */
  uint32(): number;
}

/** A mapping shared by all processes of a cluster. Words are 32-bit; futexes work across processes. */
export interface SharedMemory {
  readonly buffer: ArrayBuffer;
  /** To hand to a child process; -1 for memory private to this process. */
  readonly fd: FileDescriptor;
  /**
   * Sleeps while the 32-bit word at `byteOffset` equals `expected`, at most `timeoutMs` (Infinity: no limit).
   * May return without cause: callers look again.
   */
  wait(byteOffset: number, expected: number, timeoutMs: number): 'woken' | 'timeout';
  wake(byteOffset: number, count: number): void;
  /** Zeroes all of it in place. Only when no other process has it mapped. */
  clear(): void;
  /** Unmaps it; views into it must not be used again. */
  release(): void;
}

export interface SharedMemoryProvider {
  /** Zeroed memory with no name: it vanishes with the last process that holds the descriptor. */
  create(bytes: number): SharedMemory;
  /** Maps memory whose descriptor this process inherited. */
  attach(fd: FileDescriptor, bytes: number): SharedMemory;
}

export type SignalName =
  | 'SIGTERM'
  | 'SIGINT'
  | 'SIGQUIT'
  | 'SIGKILL'
  | 'SIGHUP'
  | 'SIGURG'
  | 'SIGABRT'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | 'SIGSTOP'
  | 'SIGCONT';

export interface Processes {
  readonly pid: number;
  /** Sends a signal; false when there is no such process. */
  signal(pid: number, name: SignalName): boolean;
  isAlive(pid: number): boolean;
  setTitle(title: string): void;
  /** Writes to standard error; all of it has left this process when the call returns. */
  report(text: string): void;
  /** Asks the kernel to SIGKILL this process when its parent dies; ends it at once when the parent is already gone. */
  dieWithParent(parentPid: number): void;
  /** Calls `handler` in the event loop whenever the signal arrives. */
  onSignal(name: SignalName, handler: () => void): void;
  exit(code: number): never;
}
