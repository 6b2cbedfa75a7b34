import { BLOCK_BYTES } from '../../base/block.js';
import type { Lsn } from '../../base/lsn.js';
import type { EngineContext } from '../../memory/context.js';
import { lwLockArrays } from '../../memory/lwlock-table.js';
import { pageChecksum } from '../page/checksum.js';
import { setU16 } from '../../base/bytes.js';
import { PageAt, isNew, pageLsn } from '../page/header.js';
import type { RelationFiles } from '../relation-files.js';
import { BufferFlag } from './buffer-state.js';
import type { BufferId, Descriptors } from './descriptors.js';

/** What the buffers need of the WAL. */
export interface WriteAheadLog {
  /** Makes the log durable up to this position. */
  flush(upTo: Lsn): void;
  /** False before recovery has ended: pages then change by replay, whose WAL is durable already. */
  isOpen(): boolean;
}

/**
 * One read or write of a buffer at a time (StartBufferIO, TerminateBufferIO, FlushBuffer of bufmgr.c).
 *
 * Whoever does the I/O holds the buffer's I/O lock and shows `ioInProgress`; others wait for the lock and look at what
 * came of it.
 */
export class BufferIo {
  /** Pages are written from here: a hint bit set meanwhile in the shared page must not spoil the checksum. */
  private readonly copy = Buffer.alloc(BLOCK_BYTES);

  constructor(
    private readonly context: EngineContext,
    private readonly descriptors: Descriptors,
    private readonly files: RelationFiles,
    private readonly wal: WriteAheadLog,
  ) {}

  /**
   * Begins to fill (`read`) or to clean (`write`) a pinned buffer. False when there is nothing to do, because another
   * process did it meanwhile.
   */
  start(id: BufferId, purpose: 'read' | 'write'): boolean {
    const { lwlocks } = this.context.memory;
    const ioLock = lwLockArrays.bufferIo(id);
    lwlocks.acquire(ioLock, 'exclusive');
    const state = this.descriptors.lockHeader(id);
    const isDone = purpose === 'read' ? (state & BufferFlag.valid) !== 0 : (state & BufferFlag.dirty) === 0;
    this.descriptors.unlockHeader(id, isDone ? state : state | BufferFlag.ioInProgress);
    if (isDone) lwlocks.release(ioLock);
    return !isDone;
  }

  /** Ends the I/O. A page that changed while it was written stays dirty. */
  terminate(id: BufferId, { clean = false, set = 0 }: { clean?: boolean; set?: number }): void {
    let state = this.descriptors.lockHeader(id) & ~(BufferFlag.ioInProgress | BufferFlag.ioError);
    if (clean && (state & BufferFlag.justDirtied) === 0) state &= ~(BufferFlag.dirty | BufferFlag.checkpointNeeded);
    this.descriptors.unlockHeader(id, state | set);
    this.context.memory.lwlocks.release(lwLockArrays.bufferIo(id));
  }

  /** Waits until an I/O that is going on has ended. */
  wait(id: BufferId): void {
    if ((this.descriptors.state(id) & BufferFlag.ioInProgress) === 0) return;
    this.context.memory.lwlocks.with(lwLockArrays.bufferIo(id), 'shared', () => {});
  }

  /** Runs `body` as the I/O that `start` began; a failure leaves the buffer as it was, marked with the error. */
  failingSafely(id: BufferId, body: () => void): void {
    try {
      body();
    } catch (thrown) {
      this.terminate(id, { set: BufferFlag.ioError });
      throw thrown;
    }
  }

  /**
   * Writes the page out if it is dirty; returns whether it was. The caller holds a pin and the content lock, shared at
   * least. WAL first: the log is made durable up to the page's LSN before the page may reach the file.
   */
  flush(id: BufferId): boolean {
    if (!this.start(id, 'write')) return false;
    this.failingSafely(id, () => {
      const lsn = this.beginWrite(id);
      if (this.wal.isOpen()) this.wal.flush(lsn);
      this.write(id);
    });
    this.terminate(id, { clean: true });
    return true;
  }

  /** From here on a change counts as made after the write. The header lock keeps the LSN from tearing. */
  private beginWrite(id: BufferId): Lsn {
    const state = this.descriptors.lockHeader(id);
    const lsn = pageLsn(this.descriptors.page(id));
    this.descriptors.unlockHeader(id, state & ~BufferFlag.justDirtied);
    return lsn;
  }

  private write(id: BufferId): void {
    const { file, fork, block } = this.descriptors.tag(id);
    this.descriptors.page(id).copy(this.copy);
    if (!isNew(this.copy)) setU16(this.copy, PageAt.checksum, pageChecksum(this.copy, block));
    this.context.os.reach('buffer:before-write');
    this.files.write(file, fork, block, this.copy);
    this.context.os.reach('buffer:after-write');
  }
}
