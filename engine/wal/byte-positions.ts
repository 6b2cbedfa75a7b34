import type { Lsn } from '../base/lsn.js';
import { LONG_HEADER_BYTES, SHORT_HEADER_BYTES, WAL_PAGE_BYTES } from './page-format.js';

/**
 * Between LSNs and usable byte positions.
 *
 * A byte position counts only the bytes that records may fill, as if there were no page headers. So reserving space is
 * one addition (access/transam/xlog.c, XLogBytePosToRecPtr).
 */
const USABLE_IN_PAGE = WAL_PAGE_BYTES - SHORT_HEADER_BYTES;
const USABLE_IN_FIRST_PAGE = WAL_PAGE_BYTES - LONG_HEADER_BYTES;

export class BytePositions {
  private readonly usableInSegment: number;

  constructor(private readonly segmentBytes: number) {
    const pages = segmentBytes / WAL_PAGE_BYTES;
    this.usableInSegment = pages * USABLE_IN_PAGE - (LONG_HEADER_BYTES - SHORT_HEADER_BYTES);
  }

  /** Where the byte at `position` is: on a page boundary, behind the next page's header. */
  startLsn(position: number): Lsn {
    const segment = Math.floor(position / this.usableInSegment);
    const left = position - segment * this.usableInSegment;
    return (segment * this.segmentBytes + this.offsetInSegment(left, true)) as Lsn;
  }

  /** Where something that ends before `position` ends: on a page boundary, the boundary itself. */
  endLsn(position: number): Lsn {
    const segment = Math.floor(position / this.usableInSegment);
    const left = position - segment * this.usableInSegment;
    return (segment * this.segmentBytes + this.offsetInSegment(left, false)) as Lsn;
  }

  /** The inverse of both. */
  position(lsn: Lsn): number {
    const segment = Math.floor(lsn / this.segmentBytes);
    const inSegment = lsn - segment * this.segmentBytes;
    const page = Math.floor(inSegment / WAL_PAGE_BYTES);
    const offset = inSegment - page * WAL_PAGE_BYTES;
    const before = segment * this.usableInSegment;
    if (page === 0) return before + (offset > 0 ? offset - LONG_HEADER_BYTES : 0);
    const inPages = before + USABLE_IN_FIRST_PAGE + (page - 1) * USABLE_IN_PAGE;
    return inPages + (offset > 0 ? offset - SHORT_HEADER_BYTES : 0);
  }

  private offsetInSegment(left: number, behindHeader: boolean): number {
    if (left < USABLE_IN_FIRST_PAGE) return left > 0 || behindHeader ? left + LONG_HEADER_BYTES : 0;
    const behindFirst = left - USABLE_IN_FIRST_PAGE;
    const pages = Math.floor(behindFirst / USABLE_IN_PAGE);
    const offset = behindFirst - pages * USABLE_IN_PAGE;
    return (pages + 1) * WAL_PAGE_BYTES + (offset > 0 || behindHeader ? offset + SHORT_HEADER_BYTES : 0);
  }
}
