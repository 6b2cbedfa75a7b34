import * as fs from 'node:fs';
import { assert } from '../base/errors.js';
import { futexWait, futexWake, mapShared, memfdCreate, unmap, type Address } from './libc.js';
import type { FileDescriptor, SharedMemory, SharedMemoryProvider } from './os.js';

/** Memory behind a memfd: no name in any file system, gone with its last holder. */
class MemfdSharedMemory implements SharedMemory {
  private constructor(
    readonly fd: FileDescriptor,
    private readonly address: Address,
    readonly buffer: ArrayBuffer,
    private readonly bytes: number,
  ) {}

  static map(fd: FileDescriptor, bytes: number): MemfdSharedMemory {
    const { address, buffer } = mapShared(fd, bytes);
    return new MemfdSharedMemory(fd, address, buffer, bytes);
  }

  wait(byteOffset: number, expected: number, timeoutMs: number): 'woken' | 'timeout' {
    return futexWait(this.address + BigInt(byteOffset), expected, timeoutMs) ? 'woken' : 'timeout';
  }

  wake(byteOffset: number, count: number): void {
    futexWake(this.address + BigInt(byteOffset), count);
  }

  clear(): void {
    fs.ftruncateSync(this.fd, 0);
    fs.ftruncateSync(this.fd, this.bytes);
  }

  release(): void {
    unmap(this.address, this.bytes);
    fs.closeSync(this.fd);
  }
}

export const realSharedMemory: SharedMemoryProvider = {
  create(bytes) {
    const fd = memfdCreate('crashwright');
    fs.ftruncateSync(fd, bytes);
    return MemfdSharedMemory.map(fd, bytes);
  },
  attach: (fd, bytes) => MemfdSharedMemory.map(fd, bytes),
};

/** Memory of this process alone, for single-user mode and for engines inside another program: nobody to wait for. */
export const privateMemory: SharedMemoryProvider = {
  create: (bytes) => ({
    buffer: new ArrayBuffer(bytes),
    fd: -1,
    wait: () => {
      throw new Error('a process alone waits for nobody: this wait would never end');
    },
    wake: () => {},
    clear() {
      new Uint8Array(this.buffer).fill(0);
    },
    release: () => {},
  }),
  attach() {
    assert(false, 'private memory cannot be attached');
  },
};
