import { setU16, setU32, setU64, u16, u32, u64 } from '../../base/bytes.js';
import { writeRelFile, type BlockNumber, type RelFile } from '../../base/block.js';
import type { FullXid, Xid } from '../../base/xid.js';

/**
 * Bodies of the B-tree's records (access/nbtxlog.h). Block references in order of their ids:
 *
 *   insert leaf       offset:u16                                              0 page: entry
 *   insert upper      offset:u16                                              0 page: pivot   1 left child
 *   insert meta       the same                                                and 2 metapage: metadata
 *   split left, right level:u32 firstRight:u16 newOffset:u16 0:u16            0 left: [new entry, when it goes left] high key
 *                                                                             1 right, made anew: its items
 *                                                                             2 next page, if any   3 left child, if any
 *   delete            latestRemovedXid:u32 deleted:u16 0:u16                  0 page: offsets
 *   vacuum            deleted:u16 0:u16                                       0 page: offsets
 *   half-dead         parentOffset:u16 pad:u16 leaf:u32 left:u32 right:u32    0 leaf, made anew   1 parent
 *                     topParent:u32
 *   unlink            left:u32 right:u32 level:u32 pad:u32 safeXid:u64        0 page, made anew   1 left, if any   2 right
 *                     leafLeft:u32 leafRight:u32 leafTopParent:u32            3 leaf, made anew, if not the page itself
 *   unlink meta       the same                                                and 4 metapage: metadata
 *   new root          root:u32 level:u32                                      0 root, made anew: items   1 left child, if any
 *                                                                             2 metapage: metadata
 *   reuse             file block:u32 latestRemoved:u64
 *   meta cleanup                                                              0 metapage: metadata
 */
export const BTreeInfo = {
  insertLeaf: 0x00,
  insertUpper: 0x10,
  insertMeta: 0x20,
  splitLeft: 0x30,
  splitRight: 0x40,
  delete: 0x70,
  unlinkPage: 0x80,
  unlinkPageMeta: 0x90,
  newRoot: 0xa0,
  markHalfDead: 0xb0,
  vacuum: 0xc0,
  reusePage: 0xd0,
  metaCleanup: 0xe0,
} as const;

export function encodeInsert(offset: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  setU16(bytes, 0, offset);
  return bytes;
}

export interface SplitBody {
  readonly level: number;
  /** The first of the page's old items that went to the right. */
  readonly firstRight: number;
  /** Where the new item would have stood. */
  readonly newOffset: number;
}

export function encodeSplit({ level, firstRight, newOffset }: SplitBody): Buffer {
  const bytes = Buffer.alloc(10);
  setU32(bytes, 0, level);
  setU16(bytes, 4, firstRight);
  setU16(bytes, 6, newOffset);
  return bytes;
}

export function decodeSplit(data: Buffer): SplitBody {
  return { level: u32(data, 0), firstRight: u16(data, 4), newOffset: u16(data, 6) };
}

export function encodeDelete(latestRemovedXid: Xid, deleted: number): Buffer {
  const bytes = Buffer.alloc(8);
  setU32(bytes, 0, latestRemovedXid);
  setU16(bytes, 4, deleted);
  return bytes;
}

export function encodeVacuum(deleted: number): Buffer {
  const bytes = Buffer.alloc(4);
  setU16(bytes, 0, deleted);
  return bytes;
}

export interface HalfDeadBody {
  /** The downlink that goes, in the parent. */
  readonly parentOffset: number;
  readonly leaf: BlockNumber;
  readonly left: BlockNumber;
  readonly right: BlockNumber;
  /** INVALID_BLOCK when only the leaf is to be deleted. */
  readonly topParent: BlockNumber;
}

export function encodeHalfDead(body: HalfDeadBody): Buffer {
  const bytes = Buffer.alloc(20);
  setU16(bytes, 0, body.parentOffset);
  setU32(bytes, 4, body.leaf);
  setU32(bytes, 8, body.left);
  setU32(bytes, 12, body.right);
  setU32(bytes, 16, body.topParent);
  return bytes;
}

export function decodeHalfDead(data: Buffer): HalfDeadBody {
  return {
    parentOffset: u16(data, 0),
    leaf: u32(data, 4) as BlockNumber,
    left: u32(data, 8) as BlockNumber,
    right: u32(data, 12) as BlockNumber,
    topParent: u32(data, 16) as BlockNumber,
  };
}

export interface UnlinkBody {
  readonly left: BlockNumber;
  readonly right: BlockNumber;
  readonly level: number;
  readonly safeXid: FullXid;
  /** To make the half-dead leaf anew, when the page is above it. */
  readonly leafLeft: BlockNumber;
  readonly leafRight: BlockNumber;
  readonly leafTopParent: BlockNumber;
}

export function encodeUnlink(body: UnlinkBody): Buffer {
  const bytes = Buffer.alloc(36);
  setU32(bytes, 0, body.left);
  setU32(bytes, 4, body.right);
  setU32(bytes, 8, body.level);
  setU64(bytes, 16, body.safeXid);
  setU32(bytes, 24, body.leafLeft);
  setU32(bytes, 28, body.leafRight);
  setU32(bytes, 32, body.leafTopParent);
  return bytes;
}

export function decodeUnlink(data: Buffer): UnlinkBody {
  return {
    left: u32(data, 0) as BlockNumber,
    right: u32(data, 4) as BlockNumber,
    level: u32(data, 8),
    safeXid: u64(data, 16) as FullXid,
    leafLeft: u32(data, 24) as BlockNumber,
    leafRight: u32(data, 28) as BlockNumber,
    leafTopParent: u32(data, 32) as BlockNumber,
  };
}

export function encodeNewRoot(root: BlockNumber, level: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  setU32(bytes, 0, root);
  setU32(bytes, 4, level);
  return bytes;
}

export function encodeReuse(file: RelFile, block: BlockNumber, latestRemoved: FullXid): Buffer {
  const bytes = Buffer.allocUnsafe(24);
  writeRelFile(bytes, 0, file);
  setU32(bytes, 12, block);
  setU64(bytes, 16, latestRemoved);
  return bytes;
}
