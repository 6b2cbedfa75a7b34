import { INVALID_XID, xidPrecedes, type Xid } from '../../base/xid.js';
import { ItemState, itemOffset, itemState, maxOffset } from '../../storage/page/page.js';
import {
  Infomask,
  isHeapOnly,
  isHotUpdated,
  isLockedOnly,
  tupleCtid,
  tupleInfomask,
  tupleXmax,
  tupleXmin,
} from '../tuple/tuple-header.js';
import { Fate } from './visibility.js';

/** What a prune record says (heapam_xlog.h xl_heap_prune): line pointers that change. */
export interface PruneChanges {
  /** Pairs: root, and the first version of its chain that is left. */
  readonly redirected: readonly number[];
  /** Roots without any version left: stubs, as long as index entries may point at them. */
  readonly dead: readonly number[];
  readonly unused: readonly number[];
}

/**
 * Which line pointers of a page can go (pruneheap.c heap_prune_chain). Changes nothing.
 *
 *   root (1) ──► dead (2) ──► dead (3) ──► live (4)       becomes  1 redirected to 4; 2 and 3 unused
 *   root (1) ──► dead (2)                                 becomes  1 dead; 2 unused
 *   heap-only, in no chain: aborted update                becomes  unused
 *
 * Index entries point at roots only. So a root's line pointer stays, whatever else goes, until vacuum has removed its
 * entries; a heap-only version's pointer is free at once. Whether the table has indexes is not asked: one may come.
 */
export class PrunePlan implements PruneChanges {
  readonly redirected: number[] = [];
  readonly dead: number[] = [];
  readonly unused: number[] = [];
  /** Versions that go. */
  removedTuples = 0;
  /** The youngest deleter of what goes: a snapshot before its end would still want it. */
  latestRemoved = INVALID_XID;
  /** Oldest deleter of what is left: when everyone is younger, it is worth looking again. */
  nextPrune = INVALID_XID;
  private readonly isDecided: Uint8Array;
  private readonly last: number;

  /** `fates`: of the tuple at each offset number that has one. */
  constructor(
    private readonly page: Buffer,
    private readonly fates: Uint8Array,
  ) {
    this.last = maxOffset(page);
    this.isDecided = new Uint8Array(this.last + 1);
    for (let offset = 1; offset <= this.last; offset++) {
      const state = this.isDecided[offset] === 1 ? ItemState.unused : itemState(page, offset);
      if (state === ItemState.normal && isHeapOnly(page, itemOffset(page, offset))) this.considerOrphan(offset);
      else if (state === ItemState.normal || state === ItemState.redirect) this.considerChain(offset);
    }
  }

  get isEmpty(): boolean {
    return this.redirected.length === 0 && this.dead.length === 0 && this.unused.length === 0;
  }

  /** A dead heap-only version without a successor is gone with its chain, or never was part of one. */
  private considerOrphan(offset: number): void {
    const at = itemOffset(this.page, offset);
    if (this.fates[offset] !== Fate.dead || isHotUpdated(this.page, at)) return;
    this.free(offset);
    this.removedTuples++;
    this.noteRemoved(at);
  }

  private considerChain(root: number): void {
    const isTuple = itemState(this.page, root) === ItemState.normal;
    const chain: number[] = isTuple ? [] : [root];
    const deadLength = this.follow(chain, isTuple ? root : itemOffset(this.page, root));
    if (deadLength > 0) this.cut(root, chain, deadLength, isTuple);
    else if (!isTuple && chain.length < 2) this.kill(root);
  }

  /** Adds the chain's members from `first` on, and returns how many members, the root included, are dead with all before. */
  private follow(chain: number[], first: number): number {
    const { page } = this;
    let deadLength = 0;
    let inserter = INVALID_XID;
    for (let offset = first; this.isMember(offset, inserter);) {
      const at = itemOffset(page, offset);
      const fate = this.fates[offset];
      chain.push(offset);
      if (fate === Fate.dead) {
        deadLength = chain.length;
        this.noteRemoved(at);
      } else if (fate === Fate.recentlyDead || fate === Fate.deleting) this.noteLeft(tupleXmax(page, at));
      if (fate !== Fate.dead && fate !== Fate.recentlyDead) break;
      if (!isHotUpdated(page, at)) break;
      offset = tupleCtid(page, at).offset;
      inserter = tupleXmax(page, at);
    }
    return deadLength;
  }

  private isMember(offset: number, inserter: Xid): boolean {
    if (offset < 1 || offset > this.last || this.isDecided[offset] === 1) return false;
    if (itemState(this.page, offset) !== ItemState.normal) return false;
    return inserter === INVALID_XID || tupleXmin(this.page, itemOffset(this.page, offset)) === inserter;
  }

  private cut(root: number, chain: readonly number[], deadLength: number, isRootTuple: boolean): void {
    for (const offset of chain.slice(1, deadLength)) this.free(offset);
    this.removedTuples += isRootTuple ? deadLength : deadLength - 1;
    if (deadLength === chain.length) this.kill(root);
    else this.redirect(root, chain[deadLength]);
  }

  private free(offset: number): void {
    this.unused.push(offset);
    this.isDecided[offset] = 1;
  }

  private kill(offset: number): void {
    this.dead.push(offset);
    this.isDecided[offset] = 1;
  }

  private redirect(from: number, to: number): void {
    this.redirected.push(from, to);
    this.isDecided[from] = 1;
    this.isDecided[to] = 1;
  }

  private noteLeft(deleter: Xid): void {
    if (this.nextPrune === INVALID_XID || xidPrecedes(deleter, this.nextPrune)) this.nextPrune = deleter;
  }

  /** HeapTupleHeaderAdvanceLatestRemovedXid: what never was visible to another transaction conflicts with nobody. */
  private noteRemoved(at: number): void {
    const { page } = this;
    const infomask = tupleInfomask(page, at);
    if ((infomask & Infomask.xminFrozen) === Infomask.xminInvalid) return;
    if ((infomask & Infomask.xmaxInvalid) !== 0 || isLockedOnly(infomask)) return;
    const xmax = tupleXmax(page, at);
    if (xmax === tupleXmin(page, at)) return;
    if (this.latestRemoved === INVALID_XID || xidPrecedes(this.latestRemoved, xmax)) this.latestRemoved = xmax;
  }
}
