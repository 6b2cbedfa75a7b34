import { BLOCK_BYTES } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { systemFailure } from '../../base/system-errors.js';
import { FIRST_NORMAL_XID, xid, xidPrecedes } from '../../base/xid.js';
import type { Area } from '../../memory/arena.js';
import type { AreaName } from '../../memory/area-table.js';
import type { EngineContext } from '../../memory/context.js';
import { readUpToEnd } from '../../os/read-up-to-end.js';
import type { Wal } from '../../wal/wal.js';

/**
 * A log by transaction id, its pages in shared memory (access/transam/slru.c): a small least-recently-used cache over a
 * directory of files of 32 pages each.
 *
 *   word 0        use counter           word 1   latest page + 1: it is never evicted
 *   words 2, ...  the owner's
 *   from 4096     a descriptor of 16 words per buffer: page, state, last use; the last two are the owner's
 *   then          the pages; what stands behind them is the owner's
 *
 * All is read and written under the owner's lock: a hit needs it shared, everything else exclusively, I/O included.
 */
const USE_COUNTER = 0;
const LATEST_PAGE = 1;
const DESCRIPTORS_AT = 4096;
const DESCRIPTOR_BYTES = 64;
const Descriptor = { page: 0, state: 1, lastUse: 2 } as const;
const State = { empty: 0, clean: 1, dirty: 2 } as const;

export const PAGES_PER_SEGMENT = 32;

export interface XidLogShape {
  readonly area: AreaName;
  readonly directory: string;
  readonly buffers: number;
  readonly xidsPerPage: number;
  /** Does it outlive a crash? Of one that does not, what was never written is zeros. */
  readonly isDurable: boolean;
  /** In messages: `the commit log`. */
  readonly title: string;
}

export class XidLogPages {
  protected readonly area: Area;
  protected readonly directory: string;
  /** Where the pages end in the area, in bytes. */
  protected readonly pagesEnd: number;
  private readonly views: Buffer[] = [];

  constructor(
    protected readonly context: EngineContext,
    private readonly recovery: Pick<Wal, 'isOpen'>,
    private readonly shape: XidLogShape,
  ) {
    this.area = context.memory.arena.area(shape.area);
    this.directory = `${context.dataDirectory}/${shape.directory}`;
    const pagesAt = DESCRIPTORS_AT + DESCRIPTOR_BYTES * shape.buffers;
    this.pagesEnd = pagesAt + BLOCK_BYTES * shape.buffers;
    for (let at = pagesAt; at < this.pagesEnd; at += BLOCK_BYTES) {
      this.views.push(this.area.bytes.subarray(at, at + BLOCK_BYTES));
    }
  }

  bytes(slot: number): Buffer {
    return this.views[slot];
  }

  /** The buffer that holds the page, -1 when none does. */
  find(page: number): number {
    for (let slot = 0; slot < this.shape.buffers; slot++) {
      if (this.word(slot, Descriptor.page) !== page || this.word(slot, Descriptor.state) === State.empty) continue;
      this.touch(slot);
      return slot;
    }
    return -1;
  }

  /** The buffer with the page, read from disk when needed. */
  load(page: number): number {
    const found = this.find(page);
    if (found >= 0) return found;
    const slot = this.freeSlot();
    this.readPage(page, slot);
    this.occupy(slot, page, State.clean);
    return slot;
  }

  /** A zeroed buffer for a page that begins; it becomes the latest page. */
  zero(page: number): number {
    const found = this.find(page);
    const slot = found >= 0 ? found : this.freeSlot();
    this.views[slot].fill(0);
    this.occupy(slot, page, State.dirty);
    this.setLatestPage(page);
    return slot;
  }

  setLatestPage(page: number): void {
    this.area.i32[LATEST_PAGE] = page + 1;
  }

  markDirty(slot: number): void {
    this.setWord(slot, Descriptor.state, State.dirty);
  }

  dirtySlots(): number[] {
    const dirty: number[] = [];
    for (let slot = 0; slot < this.shape.buffers; slot++) {
      if (this.word(slot, Descriptor.state) === State.dirty) dirty.push(slot);
    }
    return dirty;
  }

  /** Writes a dirty page; returns its segment's name. */
  write(slot: number): string {
    const page = this.word(slot, Descriptor.page);
    const name = segmentName(page);
    this.withSegment(name, 'create', 'write to', (fd) => {
      this.context.os.files.pwrite(fd, this.views[slot], 0, BLOCK_BYTES, (page % PAGES_PER_SEGMENT) * BLOCK_BYTES);
    });
    this.setWord(slot, Descriptor.state, State.clean);
    return name;
  }

  /** Is there a segment that `removeBefore` would remove? */
  hasSegmentBefore(cutoff: number): boolean {
    return this.segments().some((first) => this.isSegmentBefore(first, cutoff));
  }

  /**
   * Forgets the pages before `cutoff` and removes segments that hold only such pages. Nothing, when that would be the
   * page in use: then ids have wrapped around the cutoff (SimpleLruTruncate).
   */
  removeBefore(cutoff: number): void {
    if (this.isBefore(this.area.i32[LATEST_PAGE] - 1, cutoff)) return;
    for (let slot = 0; slot < this.shape.buffers; slot++) {
      if (this.isBefore(this.word(slot, Descriptor.page), cutoff)) this.setWord(slot, Descriptor.state, State.empty);
    }
    for (const first of this.segments()) {
      if (!this.isSegmentBefore(first, cutoff)) continue;
      this.context.os.files.unlink(`${this.directory}/${segmentName(first)}`);
    }
  }

  /** Forgets everything: the log is empty. */
  removeAll(): void {
    for (let slot = 0; slot < this.shape.buffers; slot++) this.setWord(slot, Descriptor.state, State.empty);
    for (const first of this.segments()) this.context.os.files.unlink(`${this.directory}/${segmentName(first)}`);
  }

  /** The first page of every segment on disk. */
  private segments(): number[] {
    const names = this.context.os.files.readdir(this.directory).filter((name) => /^[0-9A-F]{4}$/.test(name));
    return names.map((name) => parseInt(name, 16) * PAGES_PER_SEGMENT);
  }

  private isSegmentBefore(first: number, cutoff: number): boolean {
    return this.isBefore(first, cutoff) && this.isBefore(first + PAGES_PER_SEGMENT - 1, cutoff);
  }

  /**
   * Page numbers wrap with the ids they stand for: is every id of the page older than every id of the other
   * (CLOGPagePrecedes)? The first ids of a page are compared a little to the right, past the special ones of page 0.
   */
  private isBefore(page: number, other: number): boolean {
    const { xidsPerPage } = this.shape;
    const first = xid(page * xidsPerPage + FIRST_NORMAL_XID + 1);
    const otherFirst = xid(other * xidsPerPage + FIRST_NORMAL_XID + 1);
    return xidPrecedes(first, otherFirst) && xidPrecedes(first, xid(otherFirst + xidsPerPage - 1));
  }

  /** Makes a dirty buffer free for another page. */
  protected evict(slot: number): void {
    this.write(slot);
  }

  protected occupy(slot: number, page: number, state: number): void {
    this.setWord(slot, Descriptor.page, page);
    this.setWord(slot, Descriptor.state, state);
    this.touch(slot);
  }

  /** The owner's part of a buffer's descriptor: its last double, as an index into the area's doubles. */
  protected ownerDouble(slot: number): number {
    return (DESCRIPTORS_AT + (slot + 1) * DESCRIPTOR_BYTES) / 8 - 1;
  }

  private freeSlot(): number {
    let oldest = -1;
    for (let slot = 0; slot < this.shape.buffers; slot++) {
      if (this.word(slot, Descriptor.state) === State.empty) return slot;
      if (this.word(slot, Descriptor.page) + 1 === this.area.i32[LATEST_PAGE]) continue;
      if (oldest < 0 || this.age(slot) > this.age(oldest)) oldest = slot;
    }
    if (this.word(oldest, Descriptor.state) === State.dirty) this.evict(oldest);
    return oldest;
  }

  /** In recovery a missing page of a durable log reads as zeroes, too: a later record of the WAL zeroes or removes it. */
  private readPage(page: number, slot: number): void {
    const name = segmentName(page);
    const position = (page % PAGES_PER_SEGMENT) * BLOCK_BYTES;
    this.setWord(slot, Descriptor.state, State.empty);
    const mayBeMissing = !this.shape.isDurable || !this.recovery.isOpen();
    if (mayBeMissing && this.context.os.files.stat(`${this.directory}/${name}`) === undefined) {
      this.views[slot].fill(0);
      return;
    }
    const count = this.withSegment(name, 'read', 'read from', (fd) =>
      readUpToEnd(this.context.os.files, fd, this.views[slot], BLOCK_BYTES, position),
    );
    if (count === BLOCK_BYTES) return;
    if (!mayBeMissing) throw this.inaccessible(name, 'read from', 'read too few bytes');
    this.views[slot].fill(0);
  }

  private withSegment<T>(name: string, mode: 'read' | 'create', verb: string, body: (fd: number) => T): T {
    const { files } = this.context.os;
    try {
      const fd = files.open(`${this.directory}/${name}`, mode);
      try {
        return body(fd);
      } finally {
        files.close(fd);
      }
    } catch (cause) {
      const { reason, sqlState, hint } = systemFailure(cause);
      throw this.inaccessible(name, verb, reason, { sqlState, hint, cause });
    }
  }

  private inaccessible(
    name: string,
    verb: string,
    reason: string,
    { sqlState = SqlState.ioError, ...details }: { sqlState?: string; hint?: string; cause?: unknown } = {},
  ): Error {
    return error(sqlState, `could not access ${this.shape.title}`, {
      ...details,
      detail: `Could not ${verb} file "${this.shape.directory}/${name}": ${reason}.`,
    });
  }

  /** Also under a shared lock: a lost count only makes a page look a little older. */
  private touch(slot: number): void {
    const now = this.area.i32[USE_COUNTER];
    if (this.word(slot, Descriptor.lastUse) === now) return;
    this.area.i32[USE_COUNTER] = (now + 1) | 0;
    this.setWord(slot, Descriptor.lastUse, (now + 1) | 0);
  }

  private age(slot: number): number {
    return (this.area.i32[USE_COUNTER] - this.word(slot, Descriptor.lastUse)) | 0;
  }

  private word(slot: number, word: number): number {
    return this.area.i32[(DESCRIPTORS_AT + slot * DESCRIPTOR_BYTES) / 4 + word];
  }

  private setWord(slot: number, word: number, value: number): void {
    this.area.i32[(DESCRIPTORS_AT + slot * DESCRIPTOR_BYTES) / 4 + word] = value;
  }
}

export function segmentName(page: number): string {
  return Math.floor(page / PAGES_PER_SEGMENT)
    .toString(16)
    .toUpperCase()
    .padStart(4, '0');
}
