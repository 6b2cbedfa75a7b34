import * as fs from 'node:fs';
import koffi from 'koffi';

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

export interface MappedFile {
  readonly buffer: ArrayBuffer;
  /** Views into `buffer` must not be used afterwards. */
  unmap(): void;
}

/** Makes a sparse file of that size and maps it shared. */
export function createMappedFile(path: string, bytes: number): MappedFile {
  fs.writeFileSync(path, '', { mode: 0o600 });
  fs.truncateSync(path, bytes);
  return openMappedFile(path, bytes);
}

/** Maps an existing file shared: what one process stores another sees, and it outlives every one of them. */
export function openMappedFile(path: string, bytes: number): MappedFile {
  const library = koffi.load('libc.so.6');
  const mmap = library.func('void *mmap(void *addr, size_t length, int prot, int flags, int fd, int64_t offset)');
  const munmap = library.func('int munmap(void *addr, size_t length)');
  const fd = fs.openSync(path, 'r+');
  try {
    // Behind the end of a file that is too short, reading would end this process with SIGBUS.
    if (fs.fstatSync(fd).size < bytes) throw new Error(`${path} is shorter than ${bytes} bytes`);
    const pointer = mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED, fd, 0);
    if (BigInt(koffi.address(pointer)) === MAP_FAILED) throw new Error(`cannot map ${path}: errno ${koffi.errno()}`);
    return { buffer: koffi.view(pointer, bytes), unmap: () => void munmap(pointer, bytes) };
  } finally {
    fs.closeSync(fd);
  }
}
