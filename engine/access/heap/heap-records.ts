import { setU16, setU32, u16, u32 } from '../../base/bytes.js';
import type { Xid } from '../../base/xid.js';
import {
  Field,
  Infomask,
  Infomask2,
  TUPLE_HEADER_BYTES,
  tupleHoff,
  tupleInfomask,
  tupleInfomask2,
} from '../tuple/tuple-header.js';
import type { PruneChanges } from './prune-plan.js';

/**
 * Bodies of the heap's records (access/heapam_xlog.h). The page is block reference 0; an update across pages has the new
 * page as 0 and the old one as 1.
 *
 *   insert   offset:u16 flags:u8                                   block 0: tuple
 *   delete   xmax:u32 offset:u16 infobits:u8 flags:u8
 *   lock     xmax:u32 offset:u16 infobits:u8 flags:u8
 *   update   oldXmax:u32 oldOffset:u16 oldInfobits:u8 flags:u8     block 0: [prefix:u16] [suffix:u16] tuple
 *            newXmax:u32 newOffset:u16
 *   confirm  offset:u16                                            a speculative row stays
 *   in place offset:u16                                            block 0: the columns
 *   prune    latestRemovedXid:u32 redirected:u16 dead:u16          block 0: redirected (from, to), dead, unused: u16 each
 *
 *   vacuum   unused:u16                                            block 0: unused: u16 each
 *   freeze   limit:u32 tuples:u16                                  block 0: (xmax:u32 offset:u16 infomask2:u16 infomask:u16 flags:u8 0) each
 *   multi insert  flags:u8 0:u8 tuples:u16 offset:u16 each        block 0: tuples, each at an even place behind bytes:u16
 *            (without the offsets when the page is made anew)       of data
 *   visible  conflictHorizon:u32 bits:u8                           block 0: of the visibility map; block 1: of the heap
 *
 *   tuple    infomask2:u16 infomask:u16 hoff:u8, then all after the 23 bytes of header
 */
export const HeapInfo = {
  insert: 0x00,
  delete: 0x10,
  update: 0x20,
  /** The body of an update; the new version is heap-only, on the same page. */
  hotUpdate: 0x40,
  confirm: 0x50,
  lock: 0x60,
  inPlace: 0x70,
  operationMask: 0x70,
  /** The tuple is the page's only one: redo makes the page anew. */
  initPage: 0x80,
} as const;

export const Heap2Info = {
  prune: 0x10,
  vacuum: 0x20,
  freezePage: 0x30,
  visible: 0x40,
  multiInsert: 0x50,
  operationMask: 0x70,
} as const;

/** Which bits of the visibility map went with the change. */
export const InsertFlag = { allVisibleCleared: 0x01, isSpeculative: 0x04 } as const;
/** `last`: the command's rows end here. */
export const MultiInsertFlag = { allVisibleCleared: 0x01, last: 0x02, allFrozenSet: 0x20 } as const;
/** `isTakenBack`: a speculative row goes as if it had never been. */
export const DeleteFlag = { allVisibleCleared: 0x01, isTakenBack: 0x08 } as const;
export const LockFlag = { allFrozenCleared: 0x01 } as const;
export const UpdateFlag = {
  oldAllVisibleCleared: 0x01,
  newAllVisibleCleared: 0x02,
  prefixFromOld: 0x20,
  suffixFromOld: 0x40,
} as const;

const Infobits = { isMulti: 0x01, lockOnly: 0x02, exclusiveLock: 0x04, keyShareLock: 0x08, keysUpdated: 0x10 } as const;
const KEY_SHARE_LOCK = 0x0010;

export function encodeInsert(offset: number, flags: number): Buffer {
  const bytes = Buffer.allocUnsafe(3);
  setU16(bytes, 0, offset);
  bytes[2] = flags;
  return bytes;
}

/** `hasOffsets`: the page had tuples before. */
export function encodeMultiInsert(
  flags: number,
  tids: readonly { readonly offset: number }[],
  hasOffsets: boolean,
): Buffer {
  const bytes = Buffer.alloc(4 + (hasOffsets ? 2 * tids.length : 0));
  bytes[0] = flags;
  setU16(bytes, 2, tids.length);
  if (hasOffsets) tids.forEach(({ offset }, index) => setU16(bytes, 4 + 2 * index, offset));
  return bytes;
}

/** Each as `recordTuple`, behind the number of bytes of its data, at an even place. */
export function encodeTuples(tuples: readonly Buffer[]): Buffer {
  let size = 0;
  for (const tuple of tuples) size = even(size) + 2 + tuple.length - Field.infomask2;
  const bytes = Buffer.alloc(size);
  let at = 0;
  for (const tuple of tuples) {
    at = even(at);
    setU16(bytes, at, tuple.length - TUPLE_HEADER_BYTES);
    at += 2 + tuple.copy(bytes, at + 2, Field.infomask2);
  }
  return bytes;
}

/** The tuples, as `recordTuple`. */
export function decodeTuples(bytes: Buffer, count: number): Buffer[] {
  const tuples: Buffer[] = [];
  for (let at = 0; tuples.length < count;) {
    const start = even(at);
    at = start + 2 + TUPLE_HEADER_BYTES - Field.infomask2 + u16(bytes, start);
    tuples.push(bytes.subarray(start + 2, at));
  }
  return tuples;
}

function even(at: number): number {
  return (at + 1) & ~1;
}

/** The body of a record that has only the row's line pointer: in place, confirm. */
export function encodeItem(offset: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  setU16(bytes, 0, offset);
  return bytes;
}

/** The body of a delete or a lock record: the tuple in `page[at]` as it is afterwards. */
export function encodeXmaxChange(page: Buffer, at: number, offset: number, flags: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  page.copy(bytes, 0, at + Field.xmax, at + Field.xmax + 4);
  setU16(bytes, 4, offset);
  bytes[6] = infobitsOf(page, at);
  bytes[7] = flags;
  return bytes;
}

export interface XmaxChange {
  readonly xmax: Xid;
  readonly offset: number;
  readonly infobits: number;
  readonly flags: number;
}

export function decodeXmaxChange(data: Buffer): XmaxChange {
  return { xmax: u32(data, 0) as Xid, offset: u16(data, 4), infobits: data[6], flags: data[7] };
}

export interface UpdateBody {
  readonly oldXmax: Xid;
  readonly oldOffset: number;
  readonly oldInfobits: number;
  readonly flags: number;
  readonly newXmax: Xid;
  readonly newOffset: number;
}

/** The old tuple in `page[at]` as it is afterwards. */
export function encodeUpdate(page: Buffer, at: number, oldOffset: number, flags: number, newOffset: number): Buffer {
  const bytes = Buffer.alloc(14);
  page.copy(bytes, 0, at + Field.xmax, at + Field.xmax + 4);
  setU16(bytes, 4, oldOffset);
  bytes[6] = infobitsOf(page, at);
  bytes[7] = flags;
  setU16(bytes, 12, newOffset);
  return bytes;
}

export function decodeUpdate(data: Buffer): UpdateBody {
  return {
    oldXmax: u32(data, 0) as Xid,
    oldOffset: u16(data, 4),
    oldInfobits: data[6],
    flags: data[7],
    newXmax: u32(data, 8) as Xid,
    newOffset: u16(data, 12),
  };
}

/** A tuple as records carry it: all from infomask2 on. A view. */
export function recordTuple(tuple: Buffer): Buffer {
  return tuple.subarray(Field.infomask2);
}

export function encodeOffsets(...lists: readonly (readonly number[])[]): Buffer {
  const offsets = lists.flat();
  const bytes = Buffer.alloc(2 * offsets.length);
  offsets.forEach((offset, index) => setU16(bytes, 2 * index, offset));
  return bytes;
}

export function decodeOffsets(bytes: Buffer, from = 0, to = bytes.length / 2): number[] {
  const offsets: number[] = [];
  for (let index = from; index < to; index++) offsets.push(u16(bytes, 2 * index));
  return offsets;
}

/** The offsets themselves are the block's data. */
export function encodePrune(latestRemoved: Xid, { redirected, dead }: PruneChanges): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  setU32(bytes, 0, latestRemoved);
  setU16(bytes, 4, redirected.length / 2);
  setU16(bytes, 6, dead.length);
  return bytes;
}

export function decodePrune(body: Buffer, offsets: Buffer): PruneChanges {
  const firstDead = 2 * u16(body, 4);
  const firstUnused = firstDead + u16(body, 6);
  return {
    redirected: decodeOffsets(offsets, 0, firstDead),
    dead: decodeOffsets(offsets, firstDead, firstUnused),
    unused: decodeOffsets(offsets, firstUnused),
  };
}

/** A tuple's header fields as freezing leaves them. */
export interface FrozenTuple {
  readonly offset: number;
  readonly xmax: Xid;
  readonly infomask: number;
  readonly infomask2: number;
}

const FROZEN_TUPLE_BYTES = 12;

export function encodeFrozenTuples(tuples: readonly FrozenTuple[]): Buffer {
  const bytes = Buffer.alloc(tuples.length * FROZEN_TUPLE_BYTES);
  tuples.forEach(({ offset, xmax, infomask, infomask2 }, index) => {
    const at = index * FROZEN_TUPLE_BYTES;
    setU32(bytes, at, xmax);
    setU16(bytes, at + 4, offset);
    setU16(bytes, at + 6, infomask2);
    setU16(bytes, at + 8, infomask);
  });
  return bytes;
}

export function decodeFrozenTuples(bytes: Buffer): FrozenTuple[] {
  return Array.from({ length: bytes.length / FROZEN_TUPLE_BYTES }, (_, index) => {
    const at = index * FROZEN_TUPLE_BYTES;
    const [offset, infomask2, infomask] = [u16(bytes, at + 4), u16(bytes, at + 6), u16(bytes, at + 8)];
    return { xmax: u32(bytes, at) as Xid, offset, infomask2, infomask };
  });
}

export function encodeFreezePage(limit: Xid, tuples: number): Buffer {
  const bytes = Buffer.allocUnsafe(6);
  setU32(bytes, 0, limit);
  setU16(bytes, 4, tuples);
  return bytes;
}

export function encodeVisible(conflictHorizon: Xid, bits: number): Buffer {
  const bytes = Buffer.allocUnsafe(5);
  setU32(bytes, 0, conflictHorizon);
  bytes[4] = bits;
  return bytes;
}

/** What a record keeps of the infomasks about xmax. */
function infobitsOf(page: Buffer, at: number): number {
  const infomask = tupleInfomask(page, at);
  return (
    (infomask & Infomask.xmaxIsMulti ? Infobits.isMulti : 0) |
    (infomask & Infomask.xmaxLockOnly ? Infobits.lockOnly : 0) |
    (infomask & Infomask.xmaxExclusiveLock ? Infobits.exclusiveLock : 0) |
    (infomask & KEY_SHARE_LOCK ? Infobits.keyShareLock : 0) |
    (tupleInfomask2(page, at) & Infomask2.keysUpdated ? Infobits.keysUpdated : 0)
  );
}

/** The infomask bits that `infobits` stands for. */
export function infomaskOf(infobits: number): number {
  return (
    (infobits & Infobits.isMulti ? Infomask.xmaxIsMulti : 0) |
    (infobits & Infobits.lockOnly ? Infomask.xmaxLockOnly : 0) |
    (infobits & Infobits.exclusiveLock ? Infomask.xmaxExclusiveLock : 0) |
    (infobits & Infobits.keyShareLock ? KEY_SHARE_LOCK : 0)
  );
}

export function infomask2Of(infobits: number): number {
  return infobits & Infobits.keysUpdated ? Infomask2.keysUpdated : 0;
}

/** Text of infobits, as pg_waldump prints it. */
export function infobitsText(infobits: number): string {
  const names = [
    [Infobits.isMulti, 'IS_MULTI '],
    [Infobits.lockOnly, 'LOCK_ONLY '],
    [Infobits.exclusiveLock, 'EXCL_LOCK '],
    [Infobits.keyShareLock, 'KEYSHR_LOCK '],
    [Infobits.keysUpdated, 'KEYS_UPDATED '],
  ] as const;
  return names.map(([bit, name]) => (infobits & bit ? name : '')).join('');
}

/** The bytes of an update's new tuple that stand at the same distance from its data's start or end in the old one. */
export function commonEnds(oldTuple: Buffer, newTuple: Buffer): { prefix: number; suffix: number } {
  const oldStart = tupleHoff(oldTuple);
  const newStart = tupleHoff(newTuple);
  const most = Math.min(oldTuple.length - oldStart, newTuple.length - newStart);
  let prefix = 0;
  while (prefix < most && oldTuple[oldStart + prefix] === newTuple[newStart + prefix]) prefix++;
  if (prefix < WORTH_LEAVING_OUT) prefix = 0;
  let suffix = 0;
  const last = most - prefix;
  while (suffix < last && oldTuple[oldTuple.length - 1 - suffix] === newTuple[newTuple.length - 1 - suffix]) suffix++;
  return { prefix, suffix: suffix < WORTH_LEAVING_OUT ? 0 : suffix };
}

/** Leaving out costs two bytes for the count. */
const WORTH_LEAVING_OUT = 3;
