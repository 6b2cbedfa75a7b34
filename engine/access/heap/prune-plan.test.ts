import { expect } from 'chai';
import { INVALID_XID, xid, type Xid } from '../../base/xid.js';
import { ItemState, addItem, initPage, itemOffset, itemState, maxOffset, setItemId } from '../../storage/page/page.js';
import { checkPage } from '../../storage/page/verify.js';
import {
  Infomask,
  Infomask2,
  setTupleCtid,
  setTupleInfomask,
  setTupleInfomask2,
  setTupleXmax,
  setTupleXmin,
} from '../tuple/tuple-header.js';
import { changeItems } from './page-compaction.js';
import { PrunePlan } from './prune-plan.js';
import { Fate } from './visibility.js';

interface Version {
  readonly fate: Fate;
  readonly xmin: number;
  readonly xmax?: number;
  /** The next version of its HOT chain. */
  readonly next?: number;
  readonly heapOnly?: boolean;
  readonly aborted?: boolean;
}

function tupleOf({ xmin, xmax = 0, next, heapOnly, aborted }: Version): Buffer {
  const tuple = Buffer.alloc(32);
  setTupleXmin(tuple, 0, xid(xmin));
  setTupleXmax(tuple, 0, xid(xmax));
  setTupleInfomask(
    tuple,
    0,
    (aborted ? Infomask.xminInvalid : Infomask.xminCommitted) | (xmax === 0 ? Infomask.xmaxInvalid : 0),
  );
  setTupleInfomask2(tuple, 0, (heapOnly ? Infomask2.heapOnly : 0) | (next === undefined ? 0 : Infomask2.hotUpdated));
  if (next !== undefined) setTupleCtid(tuple, 0, 0 as never, next);
  return tuple;
}

/** A page of those versions, in the order of their offset numbers; a number is a redirection to there. */
function plan(...items: readonly (Version | number)[]): { page: Buffer; plan: PrunePlan } {
  const page = Buffer.alloc(8192);
  initPage(page);
  const fates = new Uint8Array(items.length + 1);
  items.forEach((item, index) => {
    addItem(page, tupleOf(typeof item === 'number' ? { fate: Fate.dead, xmin: 3 } : item));
    if (typeof item === 'number') setItemId(page, index + 1, item, ItemState.redirect, 0);
    else fates[index + 1] = item.fate;
  });
  return { page, plan: new PrunePlan(page, fates) };
}

const { dead, live, recentlyDead, deleting } = Fate;

describe('what pruning does to a page', () => {
  it('redirects a root to the first version of its chain that is left', () => {
    const { plan: found } = plan(
      { fate: dead, xmin: 10, xmax: 11, next: 2 },
      { fate: dead, xmin: 11, xmax: 12, next: 3, heapOnly: true },
      { fate: live, xmin: 12, heapOnly: true },
    );
    expect(found).to.deep.include({ redirected: [1, 3], dead: [], unused: [2], removedTuples: 2, latestRemoved: 12 });
  });

  it('leaves a stub for a chain without any version left, and for a row without a chain', () => {
    const { plan: found } = plan(
      { fate: dead, xmin: 10, xmax: 11, next: 2 },
      { fate: dead, xmin: 11, xmax: 13, heapOnly: true },
      { fate: dead, xmin: 10, xmax: 12 },
      { fate: live, xmin: 10 },
    );
    expect(found).to.deep.include({ redirected: [], dead: [1, 3], unused: [2], removedTuples: 3, latestRemoved: 13 });
  });

  it('goes on from a redirection, and makes a stub of one that leads nowhere', () => {
    const { plan: found } = plan(
      2,
      { fate: dead, xmin: 11, xmax: 12, next: 3, heapOnly: true },
      { fate: live, xmin: 12, heapOnly: true },
      5,
      { fate: dead, xmin: 20, xmax: 21, heapOnly: true },
    );
    expect(found).to.deep.include({ redirected: [1, 3], dead: [4], unused: [2, 5], removedTuples: 2 });
  });

  it('takes what is only recently dead along before what is dead, and remembers it otherwise', () => {
    const chain = (second: Fate): PrunePlan =>
      plan(
        { fate: recentlyDead, xmin: 10, xmax: 30, next: 2 },
        { fate: second, xmin: 30, xmax: 20, next: 3, heapOnly: true },
        { fate: live, xmin: 20, heapOnly: true },
      ).plan;
    expect(chain(dead)).to.deep.include({ redirected: [1, 3], unused: [2] });
    const kept = chain(recentlyDead);
    expect(kept.isEmpty).to.equal(true);
    expect(kept.nextPrune).to.equal(20);
    expect(plan({ fate: deleting, xmin: 10, xmax: 15 }).plan.nextPrune).to.equal(15);
  });

  it('follows no link to a line pointer that another row has by now', () => {
    const { plan: found } = plan({ fate: dead, xmin: 10, xmax: 11, next: 2 }, { fate: live, xmin: 17, heapOnly: true });
    expect(found).to.deep.include({ redirected: [], dead: [1], unused: [] });
  });

  it('frees a heap-only version of an aborted update, whose transaction conflicts with nobody', () => {
    const { plan: found } = plan(
      { fate: live, xmin: 10 },
      { fate: dead, xmin: 11, xmax: 11, next: 3, heapOnly: true, aborted: true },
      { fate: dead, xmin: 11, heapOnly: true, aborted: true },
      { fate: dead, xmin: 14, xmax: 14 },
    );
    expect(found).to.deep.include({ dead: [4], unused: [2, 3], removedTuples: 3, latestRemoved: INVALID_XID as Xid });
  });

  it('makes a sound page, tuples together at its end and unused line pointers dropped behind the last', () => {
    const { page, plan: found } = plan(
      { fate: dead, xmin: 10, xmax: 11, next: 2 },
      { fate: live, xmin: 11, heapOnly: true },
      { fate: dead, xmin: 11, heapOnly: true, aborted: true },
    );
    changeItems(page, found);
    expect(checkPage(page)).to.deep.equal([]);
    expect(maxOffset(page)).to.equal(2);
    expect([itemState(page, 1), itemOffset(page, 1)]).to.deep.equal([ItemState.redirect, 2]);
    expect(itemOffset(page, 2)).to.equal(8192 - 32);
  });
});
