import { INVALID_XID, xidPrecedes, type Xid } from '../../base/xid.js';
import { Fate } from '../heap/visibility.js';
import { Infomask, tupleInfomask, tupleInserter } from '../tuple/tuple-header.js';

/** Whether everyone sees all that is on a page: what is to be known of it before the visibility map may say so. */
export class PageVisibility {
  isAllVisible = true;
  /** Means something only if the page is all-visible. */
  isAllFrozen = true;
  /** The youngest inserter: a snapshot from before its end does not see everything. */
  conflictHorizon = INVALID_XID;

  constructor(private readonly oldestXmin: Xid) {}

  /** One more version on the page. The hint must say that its inserter committed: only then a crash cannot undo it. */
  add(page: Buffer, at: number, fate: Fate, isFrozen: boolean): void {
    if (!isFrozen) this.isAllFrozen = false;
    const inserter = tupleInserter(page, at);
    const isCommitted = (tupleInfomask(page, at) & Infomask.xminCommitted) !== 0;
    if (fate !== Fate.live || !isCommitted || !xidPrecedes(inserter, this.oldestXmin)) this.isAllVisible = false;
    else if (xidPrecedes(this.conflictHorizon, inserter)) this.conflictHorizon = inserter;
  }

  /** A stub: index entries still lead to it. */
  addStub(): void {
    this.isAllVisible = false;
  }
}
