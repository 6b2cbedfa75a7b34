import { Fork, type RelFile, type Tid } from '../../base/block.js';
import { INVALID_XID, type Xid } from '../../base/xid.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { ItemState, itemLength, itemOffset, itemState, maxOffset } from '../../storage/page/page.js';
import type { Snapshot } from '../transactions/snapshot.js';
import { isHeapOnly, isHotUpdated, tupleCtid, tupleXmax, tupleXmin } from '../tuple/tuple-header.js';
import type { HeapParts } from './heap-parts.js';
import { HeapTuple } from './heap-tuple.js';
import type { Pruner } from './pruner.js';
import { speculationOf, type Undecided } from './speculation.js';
import type { Visibility } from './visibility.js';

/**
 * What an index entry led to. `tuple`: a copy of the version that the snapshot sees, null when it sees none.
 * `isDeadToAll`: nobody will ever see one; the index entry is of no more use.
 */
export type IndexFetch =
  { readonly tuple: HeapTuple; readonly isDeadToAll: false } | { readonly tuple: null; readonly isDeadToAll: boolean };

/** Is the row there? Undecided: that depends on how a transaction ends, or first on how it goes on with its insertion. */
export type Presence = 'dead' | 'live' | Undecided;

const NOTHING: IndexFetch = { tuple: null, isDeadToAll: false };
const DEAD: IndexFetch = { tuple: null, isDeadToAll: true };

/**
 * Rows as index entries name them (heapam.c heap_hot_search_buffer): an entry points at the root of a HOT chain, the
 * versions follow each other within the page. A link holds only if the next version was inserted by the transaction
 * that ended the one before: line pointers are used again.
 */
export class HotChains {
  constructor(
    private readonly parts: HeapParts,
    private readonly visibility: Visibility,
    private readonly pruner: Pruner,
  ) {}

  fetch(file: RelFile, root: Tid, snapshot: Snapshot): IndexFetch {
    const { buffers } = this.parts.storage;
    const buffer = buffers.read(file, Fork.main, root.block);
    this.pruner.consider(file, root.block, buffer);
    buffers.lock(buffer, 'shared');
    const fetched = this.search(root, buffer, snapshot);
    buffers.unlockRelease(buffer);
    return fetched;
  }

  presence(file: RelFile, root: Tid): Presence {
    const { buffers } = this.parts.storage;
    const buffer = buffers.read(file, Fork.main, root.block);
    buffers.lock(buffer, 'shared');
    const found = this.searchPresent(root, buffer);
    buffers.unlockRelease(buffer);
    return found;
  }

  private search(root: Tid, buffer: BufferId, snapshot: Snapshot): IndexFetch {
    const { visibility } = this;
    const page = this.parts.storage.buffers.page(buffer);
    let isDeadToAll = true;
    for (let offset = firstMember(page, root.offset); offset !== 0; offset = nextMember(page, offset)) {
      const at = itemOffset(page, offset);
      if (visibility.satisfies(snapshot, page, at, buffer)) {
        const tuple = new HeapTuple();
        tuple.set(root.block, offset, page, at, itemLength(page, offset));
        return { tuple: tuple.copy(), isDeadToAll: false };
      }
      isDeadToAll &&= visibility.isSurelyDead(page, at, this.parts.transactions.oldestXmin());
    }
    return isDeadToAll ? DEAD : NOTHING;
  }

  private searchPresent(root: Tid, buffer: BufferId): Presence {
    const page = this.parts.storage.buffers.page(buffer);
    for (let offset = firstMember(page, root.offset); offset !== 0; offset = nextMember(page, offset)) {
      const at = itemOffset(page, offset);
      const found = this.visibility.presenceOf(page, at, buffer);
      if (found === 'live') return found;
      if (found !== 'dead') return undecided(found, speculationOf(page, at));
    }
    return 'dead';
  }
}

function undecided(inProgress: Xid, speculation: number | undefined): Undecided {
  return speculation === undefined ? { inProgress } : { inProgress, speculation };
}

/** The first version of the chain that begins at line pointer `root`; 0 when it has none left. */
function firstMember(page: Buffer, root: number): number {
  if (root > maxOffset(page)) return 0;
  const state = itemState(page, root);
  if (state === ItemState.redirect) return memberAt(page, itemOffset(page, root), INVALID_XID);
  // A heap-only version is no root: the pointer has been used again, and the entry is about something that is gone.
  return state === ItemState.normal && !isHeapOnly(page, itemOffset(page, root)) ? root : 0;
}

function nextMember(page: Buffer, offset: number): number {
  const at = itemOffset(page, offset);
  return isHotUpdated(page, at) ? memberAt(page, tupleCtid(page, at).offset, tupleXmax(page, at)) : 0;
}

function memberAt(page: Buffer, offset: number, inserter: Xid): number {
  if (offset < 1 || offset > maxOffset(page) || itemState(page, offset) !== ItemState.normal) return 0;
  return inserter === INVALID_XID || tupleXmin(page, itemOffset(page, offset)) === inserter ? offset : 0;
}
