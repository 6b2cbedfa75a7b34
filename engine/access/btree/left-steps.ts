import type { BlockNumber } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { isDeleted, isLeftmost, isRightmost, nextBlock, prevBlock } from './btree-page.js';
import type { IndexShape } from './index-shape.js';
import { NO_BUFFER, type IndexPages } from './index-pages.js';

/** After so many steps to the right the page is no longer thought to be there. */
const MAX_STEPS = 4;

/**
 * The page left of one that was read before, locked shared; NO_BUFFER when there is none (nbtsearch.c _bt_walk_left).
 *
 * Right links are enough to find one's way right, whatever happens to the pages. To the left it takes more: the page that
 * the left link names may have split since, so that the one sought is to its right; or it may be deleted, and the link of
 * the page come from leads elsewhere by now; or that one itself is deleted, and what is right of it has its keys.
 */
export function stepLeft(pages: IndexPages, index: IndexShape, from: BlockNumber): BufferId {
  let origin = from;
  let buffer = pages.read(index, origin, 'shared');
  for (;;) {
    if (isLeftmost(pages.page(buffer))) {
      pages.release(buffer);
      return NO_BUFFER;
    }
    const left = prevBlock(pages.page(buffer));
    buffer = pages.move(index, buffer, left, 'shared');
    const found = searchRight(pages, index, buffer, origin);
    if (found >= 0) return found;
    buffer = pages.read(index, origin, 'shared');
    if (isDeleted(pages.page(buffer))) {
      buffer = heirOf(pages, index, buffer);
      origin = pages.blockOf(buffer);
    } else if (prevBlock(pages.page(buffer)) === left) {
      throw corrupted(`could not find left sibling of block ${origin} in index "${index.name}"`);
    }
  }
}

/** The page whose right link is `wanted`, from the locked one on; NO_BUFFER when it is not near. */
function searchRight(pages: IndexPages, index: IndexShape, start: BufferId, wanted: BlockNumber): BufferId {
  let buffer = start;
  for (let steps = 0; ; steps++) {
    const page = pages.page(buffer);
    if (!isDeleted(page) && nextBlock(page) === wanted) return buffer;
    if (isRightmost(page) || steps === MAX_STEPS) break;
    buffer = pages.move(index, buffer, nextBlock(page), 'shared');
  }
  pages.release(buffer);
  return NO_BUFFER;
}

/** The first page to the right that is not deleted. */
function heirOf(pages: IndexPages, index: IndexShape, deleted: BufferId): BufferId {
  let buffer = deleted;
  for (let page = pages.page(buffer); isDeleted(page); page = pages.page(buffer)) {
    if (isRightmost(page)) throw corrupted(`fell off the end of index "${index.name}"`);
    buffer = pages.move(index, buffer, nextBlock(page), 'shared');
  }
  return buffer;
}

function corrupted(message: string): Error {
  return error(SqlState.indexCorrupted, message);
}
