import { Fork, blockNumber, type RelFile, type Tid } from '../../base/block.js';
import { FIRST_NORMAL_XID, isNormalXid, xidPrecedes, type Xid } from '../../base/xid.js';
import { ItemState, isAllVisible, isNew, itemOffset, itemState, maxOffset } from '../../storage/page/page.js';
import { Infomask, tupleInfomask, tupleInserter, tupleXmax } from '../tuple/tuple-header.js';
import type { IndexVacuumStats, VacuumOutcome, VacuumRequest, VacuumedIndex } from '../vacuum/vacuum-request.js';
import { MapBit } from '../visibility-map/map-format.js';
import { TABLE, begin, commit, type TestProcess } from './test-access.js';

const ignored = (): void => {};

/** Vacuums the test's table in a transaction of its own, with defaults that a small table shows something with. */
export function vacuum(
  member: TestProcess,
  { freezesAll = false, ...changes }: Partial<VacuumRequest> & { freezesAll?: boolean } = {},
): VacuumOutcome {
  begin(member);
  member.access.transactions.snapshot();
  const oldestXmin = member.access.transactions.oldestXmin();
  const file = changes.file ?? TABLE;
  const outcome = member.access.vacuum({
    file,
    name: 'test',
    lock: { kind: 'relation', database: file.database, relation: file.relation },
    indexes: [],
    isAggressive: false,
    usesMap: true,
    indexCleanup: 'on',
    truncates: true,
    before: { pages: 0, tuples: -1 },
    workMemoryBytes: 65536,
    oldestXmin,
    freezeLimit: freezesAll ? oldestXmin : FIRST_NORMAL_XID,
    relFrozenXid: FIRST_NORMAL_XID,
    costs: () => ({ delayMs: 0, limit: 200, pageHit: 1, pageMiss: 2, pageDirty: 20 }),
    isFailsafeDue: () => false,
    progress: { phase: ignored, count: ignored },
    notice: ignored,
    ...changes,
  });
  commit(member);
  return outcome;
}

/** An index as far as vacuum is concerned: entries that lead to rows with their key. */
export class TestIndex implements VacuumedIndex {
  readonly name = 'test_index';
  entries: { readonly key: number; readonly root: Tid }[] = [];
  passes = 0;

  bulkDelete(isDead: (block: number, offset: number) => boolean, before?: IndexVacuumStats): IndexVacuumStats {
    const kept = this.entries.filter(({ root }) => !isDead(root.block, root.offset));
    const removed = (before?.removed ?? 0) + this.entries.length - kept.length;
    this.entries = kept;
    this.passes++;
    return { ...this.stats(), removed };
  }

  cleanup(before?: IndexVacuumStats): IndexVacuumStats {
    return before ?? this.stats();
  }

  private stats(): IndexVacuumStats {
    const entries = this.entries.length;
    return { pages: 1, isEstimate: false, entries, removed: 0, newlyDeletedPages: 0, deletedPages: 0, freePages: 0 };
  }
}

/**
 * What contradicts the visibility map, or the table's relfrozenxid, on the table's pages. Verifies that a bit has its
 * page's mark, that marked pages hold nothing but committed versions nobody deleted, and all-frozen ones no ids. Does NOT
 * verify that bits are set where they could be.
 */
export function findBrokenMarks(member: TestProcess, file: RelFile = TABLE, relFrozenXid?: Xid): string[] {
  const { buffers } = member.storage;
  const problems: string[] = [];
  for (let block = 0; block < buffers.blocks(file, Fork.main); block++) {
    const buffer = buffers.read(file, Fork.main, blockNumber(block));
    buffers.lock(buffer, 'shared');
    const bits = member.access.visibilityMap.status(file, block);
    for (const problem of pageProblems(member, buffers.page(buffer), bits, relFrozenXid)) {
      problems.push(`block ${block}: ${problem}`);
    }
    buffers.unlockRelease(buffer);
  }
  return problems;
}

function* pageProblems(member: TestProcess, page: Buffer, bits: number, relFrozenXid?: Xid): Generator<string> {
  if (isNew(page)) return;
  const isMarked = isAllVisible(page);
  if (bits !== 0 && !isMarked) yield `bits ${bits} without a mark on the page`;
  if (bits === MapBit.allFrozen) yield 'all-frozen, but not all-visible';
  for (let offset = 1; offset <= maxOffset(page); offset++) {
    const state = itemState(page, offset);
    if (state === ItemState.dead && isMarked) yield `item ${offset}: a stub on an all-visible page`;
    if (state !== ItemState.normal) continue;
    const at = itemOffset(page, offset);
    const ids = [tupleInserter(page, at), tupleXmax(page, at)].filter(isNormalXid);
    if (isMarked && !isSeenByAll(member, page, at)) yield `item ${offset}: not visible to all on an all-visible page`;
    if ((bits & MapBit.allFrozen) !== 0 && ids.length > 0)
      yield `item ${offset}: ids ${ids.join(' ')} on a frozen page`;
    for (const id of ids) {
      if (relFrozenXid !== undefined && xidPrecedes(id, relFrozenXid)) yield `item ${offset}: id ${id} is too old`;
    }
  }
}

/** Asks the commit log: replay brings no hints back. */
function isSeenByAll({ access }: TestProcess, page: Buffer, at: number): boolean {
  const { transactions } = access;
  const infomask = tupleInfomask(page, at);
  const [xmin, xmax] = [tupleInserter(page, at), tupleXmax(page, at)];
  if (isNormalXid(xmin) && !transactions.isCommitted(xmin)) return false;
  if (!isNormalXid(xmax) || (infomask & (Infomask.xmaxInvalid | Infomask.xmaxLockOnly)) !== 0) return true;
  return !transactions.isInProgress(xmax) && !transactions.isCommitted(xmax);
}
