import { loadNativePackage } from '../base/native-package.js';

/**
 * The C library calls Node does not offer. Linux, x86-64 and arm64.
 *
 * `syscall` is declared with futex's arguments: the raw system-call ABI takes them all in registers.
 */
const SYS_FUTEX = process.arch === 'arm64' ? 98 : 202;
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MFD_CLOEXEC = 1;
const PR_SET_PDEATHSIG = 1;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

type Library = ReturnType<typeof open>;

/** Opened at the first call: see loadNativePackage. */
function open() {
  const koffi = loadNativePackage<typeof import('koffi')>('koffi');
  const library = koffi.load('libc.so.6');
  return {
    koffi,
    timedOut: koffi.os.errno.ETIMEDOUT,
    mmap: library.func('void *mmap(void *addr, size_t length, int prot, int flags, int fd, int64_t offset)'),
    munmap: library.func('int munmap(void *addr, size_t length)'),
    memfdCreate: library.func('int memfd_create(const char *name, unsigned int flags)'),
    prctl: library.func('int prctl(int op, unsigned long a, unsigned long b, unsigned long c, unsigned long d)'),
    futex: library.func(
      'long syscall(long number, void *word, int op, uint32_t value, void *timeout, void *word2, uint32_t value3)',
    ),
  };
}

let opened: Library | undefined;

function libc(): Library {
  return (opened ??= open());
}

export type Address = bigint;

function failure(call: string): Error {
  const { koffi } = libc();
  const errno = koffi.errno();
  const code = Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
  return Object.assign(new Error(`${call}: ${code}`), { code, errno, syscall: call });
}

export function memfdCreate(name: string): number {
  const fd = libc().memfdCreate(name, MFD_CLOEXEC);
  if (fd < 0) throw failure('memfd_create');
  return fd;
}

export function mapShared(fd: number, bytes: number): { address: Address; buffer: ArrayBuffer } {
  const { koffi, mmap } = libc();
  const pointer = mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED, fd, 0);
  const address = BigInt(koffi.address(pointer));
  if (address === MAP_FAILED) throw failure('mmap');
  return { address, buffer: koffi.view(pointer, bytes) };
}

export function unmap(address: Address, bytes: number): void {
  if (libc().munmap(address, bytes) !== 0) throw failure('munmap');
}

const timespec = Buffer.alloc(16);

/** FUTEX_WAIT; false when the time ran out. */
export function futexWait(word: Address, expected: number, timeoutMs: number): boolean {
  const limited = Number.isFinite(timeoutMs);
  if (limited) {
    const wholeSeconds = Math.floor(timeoutMs / 1000);
    timespec.writeBigInt64LE(BigInt(wholeSeconds), 0);
    timespec.writeBigInt64LE(BigInt(Math.round((timeoutMs - wholeSeconds * 1000) * 1e6)), 8);
  }
  const { futex, koffi, timedOut } = libc();
  const result = futex(SYS_FUTEX, word, FUTEX_WAIT, expected >>> 0, limited ? timespec : null, null, 0);
  return result === 0 || koffi.errno() !== timedOut;
}

export function futexWake(word: Address, count: number): void {
  libc().futex(SYS_FUTEX, word, FUTEX_WAKE, count, null, null, 0);
}

export function setParentDeathSignal(signalNumber: number): void {
  if (libc().prctl(PR_SET_PDEATHSIG, signalNumber, 0, 0, 0) !== 0) throw failure('prctl');
}
