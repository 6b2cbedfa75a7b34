import {
  Field,
  Infomask,
  TUPLE_HEADER_BYTES,
  isFrozen,
  tupleHoff,
  tupleInfomask,
  tupleXmax,
  tupleXmin,
} from '../../../engine/access/tuple/tuple-header.js';
import { isBTreePage } from '../../../engine/access/btree/page-mask.js';
import { checkRelationPage } from '../../../engine/access/relation-page.js';
import { MapBit, bitsIn, mapBlockOf } from '../../../engine/access/visibility-map/map-format.js';
import { BLOCK_BYTES } from '../../../engine/base/block.js';
import { isNormalXid, type Xid } from '../../../engine/base/xid.js';
import {
  ItemState,
  isAllVisible,
  getItemId,
  isNew,
  isPageVerified,
  maxOffset,
  pageLsn,
} from '../../../engine/storage/page/page.js';
import type { PageFacts } from '../inspection.js';
import { isDeleted, isInserted, type FateOf } from './live-rows.js';

/** What the visibility map says of a page. */
export type Marks = PageFacts['marks'];

export const NO_MARKS: Marks = { allVisible: false, allFrozen: false };
const NO_ROWS = { problems: [], xids: [], undecided: [], hidden: [], unfrozen: [] };

export function marksIn(map: Buffer, block: number): Marks {
  const at = mapBlockOf(block) * BLOCK_BYTES;
  if (at + BLOCK_BYTES > map.length) return NO_MARKS;
  const bits = bitsIn(map.subarray(at, at + BLOCK_BYTES), block);
  return { allVisible: (bits & MapBit.allVisible) !== 0, allFrozen: (bits & MapBit.allFrozen) !== 0 };
}

/** What a page of a relation's main fork says. */
export function pageFacts(file: string, block: number, page: Buffer, marks: Marks, fateOf: FateOf): PageFacts {
  const facts = { ...NO_ROWS, file, block, isNew: false, lsn: 0, marks };
  if (page.length < BLOCK_BYTES) return { ...facts, problems: [`only ${page.length} bytes`] };
  if (isNew(page)) return { ...facts, isNew: true, problems: checkRelationPage(page) };
  const problems = isPageVerified(page, block) ? checkRelationPage(page) : ['wrong checksum or header'];
  const rows = problems.length === 0 && !isBTreePage(page) ? rowFacts(page, marks, fateOf) : NO_ROWS;
  return { ...facts, ...rows, lsn: pageLsn(page), problems: [...problems, ...rows.problems] };
}

type RowFacts = Pick<PageFacts, 'problems' | 'xids' | 'undecided' | 'hidden' | 'unfrozen'>;

function rowFacts(page: Buffer, marks: Marks, fateOf: FateOf): RowFacts {
  const rows = new RowsOfPage(page, fateOf);
  for (let number = 1; number <= maxOffset(page); number++) rows.add(number, marks);
  if (marks.allVisible && !isAllVisible(page)) rows.hidden.push('the page does not say so itself');
  return rows;
}

class RowsOfPage implements RowFacts {
  readonly problems: string[] = [];
  readonly xids: number[] = [];
  readonly undecided: number[] = [];
  readonly hidden: string[] = [];
  readonly unfrozen: string[] = [];

  constructor(
    private readonly page: Buffer,
    private readonly fateOf: FateOf,
  ) {}

  add(number: number, { allVisible, allFrozen }: Marks): void {
    const { page } = this;
    const { flags, offset, length } = getItemId(page, number);
    if (flags === ItemState.dead && allVisible) this.hidden.push(`row ${number} is dead`);
    if (flags !== ItemState.normal) return;
    const hoff = tupleHoff(page, offset);
    if (length < TUPLE_HEADER_BYTES || hoff < Field.bits || hoff > length || hoff % 8 !== 0) {
      this.problems.push(`row ${number} has a header of ${hoff} in ${length} bytes`);
      return;
    }
    const before = this.xids.length;
    this.addIds(offset);
    if (allFrozen && this.xids.length > before) {
      this.unfrozen.push(`row ${number} has ids ${this.xids.slice(before).join(', ')}`);
    }
    if (allVisible) this.look(number, offset);
  }

  private addIds(at: number): void {
    const { page } = this;
    const infomask = tupleInfomask(page, at);
    if (!isFrozen(infomask)) this.addId(tupleXmin(page, at), (infomask & Infomask.xminFrozen) !== 0);
    const isOver = (infomask & (Infomask.xmaxInvalid | Infomask.xmaxIsMulti)) !== 0;
    if (!isOver) this.addId(tupleXmax(page, at), (infomask & (Infomask.xmaxCommitted | Infomask.xmaxLockOnly)) !== 0);
  }

  private addId(xid: Xid, isDecided: boolean): void {
    if (!isNormalXid(xid)) return;
    this.xids.push(xid);
    if (!isDecided) this.undecided.push(xid);
  }

  private look(number: number, at: number): void {
    const { page, fateOf } = this;
    if (!isInserted(page, at, fateOf))
      this.hidden.push(`row ${number} of ${tupleXmin(page, at)}, which did not commit`);
    if (isDeleted(page, at, fateOf)) this.hidden.push(`row ${number}, deleted by ${tupleXmax(page, at)}`);
  }
}
