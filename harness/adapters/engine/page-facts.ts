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
import { BLOCK_BYTES } from '../../../engine/base/block.js';
import { isNormalXid, type Xid } from '../../../engine/base/xid.js';
import { ItemState, getItemId, isNew, isPageVerified, maxOffset, pageLsn } from '../../../engine/storage/page/page.js';
import type { PageFacts } from '../inspection.js';

const NOTHING = { lsn: 0, xids: [], undecided: [] };

/** What a page of a relation's main fork says. */
export function pageFacts(file: string, block: number, page: Buffer): PageFacts {
  const place = { file, block, isNew: false };
  if (page.length < BLOCK_BYTES) return { ...NOTHING, ...place, problems: [`only ${page.length} bytes`] };
  if (isNew(page)) return { ...NOTHING, ...place, isNew: true, problems: checkRelationPage(page) };
  const problems = isPageVerified(page, block) ? checkRelationPage(page) : ['wrong checksum or header'];
  const rows = problems.length === 0 && !isBTreePage(page) ? rowFacts(page) : { problems: [], xids: [], undecided: [] };
  return { ...place, ...rows, lsn: pageLsn(page), problems: [...problems, ...rows.problems] };
}

function rowFacts(page: Buffer): Pick<PageFacts, 'problems' | 'xids' | 'undecided'> {
  const problems: string[] = [];
  const xids: number[] = [];
  const undecided: number[] = [];
  const note = (xid: Xid, isDecided: boolean): void => {
    if (!isNormalXid(xid)) return;
    xids.push(xid);
    if (!isDecided) undecided.push(xid);
  };
  for (let number = 1; number <= maxOffset(page); number++) {
    const { flags, offset, length } = getItemId(page, number);
    if (flags !== ItemState.normal) continue;
    const hoff = tupleHoff(page, offset);
    if (length < TUPLE_HEADER_BYTES || hoff < Field.bits || hoff > length || hoff % 8 !== 0) {
      problems.push(`row ${number} has a header of ${hoff} in ${length} bytes`);
      continue;
    }
    const infomask = tupleInfomask(page, offset);
    if (!isFrozen(infomask)) note(tupleXmin(page, offset), (infomask & Infomask.xminFrozen) !== 0);
    const isOver = (infomask & (Infomask.xmaxInvalid | Infomask.xmaxIsMulti)) !== 0;
    if (!isOver) note(tupleXmax(page, offset), (infomask & (Infomask.xmaxCommitted | Infomask.xmaxLockOnly)) !== 0);
  }
  return { problems, xids, undecided };
}
