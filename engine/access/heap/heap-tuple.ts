import type { BlockNumber, Tid } from '../../base/block.js';
import type { Xid } from '../../base/xid.js';
import type { TupleLayout } from '../tuple/tuple-layout.js';
import { tupleCommandId, tupleCtid, tupleXmax, tupleXmin } from '../tuple/tuple-header.js';

/**
 * A row version, where it lies.
 *
 * From a scan it is a view into the shared page, good until the scan's next `next()` or `close()`, and the scan uses the
 * same object again. From `fetch` it is a copy.
 */
export class HeapTuple {
  block = 0 as BlockNumber;
  /** Line pointer, from 1. */
  offset = 0;
  /** The bytes that hold the tuple: `page[at, at + length)`. */
  page: Buffer = EMPTY;
  at = 0;
  length = 0;

  get tid(): Tid {
    return { block: this.block, offset: this.offset };
  }

  /** The whole tuple, header included. */
  get bytes(): Buffer {
    return this.page.subarray(this.at, this.at + this.length);
  }

  get xmin(): Xid {
    return tupleXmin(this.page, this.at);
  }

  get xmax(): Xid {
    return tupleXmax(this.page, this.at);
  }

  /** Where the next version of the row is; the tuple's own place when there is none. */
  get next(): Tid {
    return tupleCtid(this.page, this.at);
  }

  /** As the system columns cmin and cmax show it. */
  get commandId(): number {
    return tupleCommandId(this.page, this.at);
  }

  /** The values of the first `upTo` columns, all without it. They stay good. */
  values(layout: TupleLayout, upTo?: number): unknown[] {
    return layout.deform(this.page, upTo, this.at);
  }

  /** One that stays good. */
  copy(): HeapTuple {
    const tuple = new HeapTuple();
    tuple.set(this.block, this.offset, Buffer.from(this.bytes), 0, this.length);
    return tuple;
  }

  set(block: BlockNumber, offset: number, page: Buffer, at: number, length: number): void {
    this.block = block;
    this.offset = offset;
    this.page = page;
    this.at = at;
    this.length = length;
  }
}

const EMPTY = Buffer.alloc(0);
