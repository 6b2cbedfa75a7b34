import type { BlockNumber } from '../../../base/block.js';
import { isNew, itemBytes, itemLength, itemOffset, maxOffset, pageSpecial } from '../../../storage/page/page.js';
import { checkRelationPage } from '../../relation-page.js';
import {
  BTREE_SPECIAL,
  HIGH_KEY,
  PageKind,
  firstData,
  isHalfDead,
  isIgnored,
  isLeaf,
  isRightmost,
  kindOf,
  levelOf,
} from '../btree-page.js';
import type { IndexFormat } from '../index-format.js';
import { attributesOf, isPivot, tupleSize } from '../index-tuple.js';
import type { SearchKey } from '../search-key.js';
import { isMetapage } from '../metapage.js';
import type { BrokenRule, IndexProblem } from './index-problem.js';

/**
 * Everything wrong within a page of the tree (amcheck's bt_target_page_check).
 *
 * Verifies: its structure, its level; that items on leaves are entries and others pivots, of the size that their line
 * pointers say; that they stand in order, none twice, and none behind the high key.
 */
export function checkPageOfTree(format: IndexFormat, block: BlockNumber, page: Buffer, level: number): IndexProblem[] {
  const problem = (rule: BrokenRule) => (found: string) => ({ rule, found: `block ${block}: ${found}` });
  const form = isNew(page) ? ['is new'] : checkForm(page);
  if (form.length > 0) return form.map(problem('page'));
  const kind = checkKind(page, level).map(problem('page'));
  if (isIgnored(page)) return kind;
  const items = checkItems(format, page);
  if (items.length > 0) return [...kind, ...items.map(problem('page'))];
  return [
    ...kind,
    ...misplacedItems(format, page).map(problem('item order')),
    ...itemsBehindHighKey(format, page).map(problem('high key')),
  ];
}

/** The key of an item, for comparing with others: of a pivot as exactly as it goes. */
export function keyOfItem(format: IndexFormat, page: Buffer, number: number): SearchKey {
  const key = format.searchKeyOf(page, itemOffset(page, number));
  key.isPivotSearch = true;
  return key;
}

/** Has it the special space of an index's pages? */
export function isIndexPage(page: Buffer): boolean {
  return !isNew(page) && pageSpecial(page) === BTREE_SPECIAL;
}

/** A metapage leads to the root, or there is nothing more to check. */
export function checkMetapage(page: Buffer): IndexProblem[] {
  return isIndexPage(page) && isMetapage(page) ? [] : [{ rule: 'metapage', found: 'no metapage' }];
}

function checkForm(page: Buffer): string[] {
  return isIndexPage(page) ? checkRelationPage(page) : ['is no page of an index'];
}

function checkKind(page: Buffer, level: number): string[] {
  const problems: string[] = [];
  if (levelOf(page) !== level) problems.push(`level ${levelOf(page)} instead of ${level}`);
  if (isLeaf(page) !== (level === 0)) problems.push('only pages of level 0 are leaves');
  if (kindOf(page) & (PageKind.deleted | PageKind.meta)) problems.push('not a page of the tree');
  if (isHalfDead(page) && maxOffset(page) !== HIGH_KEY) problems.push('half-dead and not empty');
  if (isHalfDead(page) && isRightmost(page)) problems.push('half-dead and rightmost');
  return problems;
}

function checkItems(format: IndexFormat, page: Buffer): string[] {
  const problems: string[] = [];
  for (let number = 1; number <= maxOffset(page); number++) problems.push(...checkItem(format, page, number));
  return problems;
}

/** The first item with a key. */
export function firstKey(page: Buffer): number {
  return firstData(page) + (isLeaf(page) ? 0 : 1);
}

function misplacedItems(format: IndexFormat, page: Buffer): string[] {
  const problems: string[] = [];
  for (let number = firstKey(page); number < maxOffset(page); number++) {
    if (!isBefore(format, keyOfItem(format, page, number), page, number)) {
      problems.push(`items ${number} and ${number + 1} are out of order`);
    }
  }
  return problems;
}

function itemsBehindHighKey(format: IndexFormat, page: Buffer): string[] {
  const problems: string[] = [];
  for (let number = firstKey(page); !isRightmost(page) && number <= maxOffset(page); number++) {
    if (format.compareItem(keyOfItem(format, page, number), page, HIGH_KEY) > 0) {
      problems.push(`item ${number} is greater than the high key`);
    }
  }
  return problems;
}

/** A pivot whose end is cut off is less than another that is the same up to there: the comparison stops at that point. */
function isBefore(format: IndexFormat, key: SearchKey, page: Buffer, number: number): boolean {
  const order = format.compareItem(key, page, number + 1);
  return (
    order < 0 ||
    (order === 0 &&
      !itemBytes(page, number)
        .subarray(4)
        .equals(itemBytes(page, number + 1).subarray(4)))
  );
}

function checkItem(format: IndexFormat, page: Buffer, number: number): string[] {
  const at = itemOffset(page, number);
  if (tupleSize(page, at) !== itemLength(page, number))
    return [`item ${number} has another size than its line pointer`];
  const isData = number >= firstData(page);
  if (isPivot(page, at) === (isLeaf(page) && isData)) return [`item ${number} is of the wrong kind`];
  if (!isPivot(page, at)) return [];
  const attributes = attributesOf(page, at, 0);
  const isMinusInfinity = isData && number === firstData(page);
  if (attributes > format.keyCount || (attributes === 0) !== isMinusInfinity) {
    return [`item ${number} has ${attributes} key columns`];
  }
  return [];
}
