import { blockNumber } from '../../base/block.js';
import type { Xid } from '../../base/xid.js';
import { setTupleCtid, tupleCtid } from '../tuple/tuple-header.js';

/** What a row is that may be there or not. */
export interface Undecided {
  /** The transaction on whose outcome it depends. */
  readonly inProgress: Xid;
  /** That has inserted the row for a trial, under this number: wait for the end of the trial first. */
  readonly speculation?: number;
}

export const NO_SPECULATION = 0;
/** The offset in the ctid of a row inserted for a trial; the trial's number stands where the block would (itemptr.h). */
const SPECULATIVE_OFFSET = 0xfffe;

export function setSpeculation(page: Buffer, at: number, speculation: number): void {
  setTupleCtid(page, at, blockNumber(speculation), SPECULATIVE_OFFSET);
}

export function speculationOf(page: Buffer, at: number): number | undefined {
  const { block, offset } = tupleCtid(page, at);
  return offset === SPECULATIVE_OFFSET ? block : undefined;
}
