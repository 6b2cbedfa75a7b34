import { setU16, setU32, u32 } from '../../base/bytes.js';
import type { BlockNumber } from '../../base/block.js';
import { PageAt } from '../../storage/page/page.js';
import { BTREE_MAGIC, BTREE_VERSION, NO_BLOCK, PageKind, initBTreePage, setKind } from './btree-page.js';

/** Block 0's contents (BTMetaPageData), see btree-page.ts. */
const Meta = {
  magic: 24,
  version: 28,
  root: 32,
  level: 36,
  fastRoot: 40,
  fastLevel: 44,
  deletedPages: 48,
  heapTuples: 56,
  isAllEqualImage: 64,
  end: 72,
} as const;
/** As log records carry it (xl_btree_metadata). */
const LOGGED_BYTES = 28;

export interface Metadata {
  /** NO_BLOCK for an index without entries. */
  readonly root: BlockNumber;
  readonly level: number;
  /** The lowest page that is the only one of its level: a search may as well start there. */
  readonly fastRoot: BlockNumber;
  readonly fastLevel: number;
  /** Pages that the last vacuum left deleted and not yet free for use. */
  readonly deletedPages: number;
}

export const EMPTY_INDEX: Metadata = { root: NO_BLOCK, level: 0, fastRoot: NO_BLOCK, fastLevel: 0, deletedPages: 0 };

/** Makes the page an index's metapage. `isAllEqualImage` stays off: entries of equal keys are never merged. */
export function initMetapage(page: Buffer, metadata: Metadata): void {
  initBTreePage(page);
  setKind(page, PageKind.meta);
  setU32(page, Meta.magic, BTREE_MAGIC);
  setU32(page, Meta.version, BTREE_VERSION);
  page.writeDoubleLE(-1, Meta.heapTuples);
  // Its contents lie below pd_lower, so that images of it do not leave them out.
  setU16(page, PageAt.lower, Meta.end);
  writeMetadata(page, metadata);
}

export function isMetapage(page: Buffer): boolean {
  return u32(page, Meta.magic) === BTREE_MAGIC && u32(page, Meta.version) === BTREE_VERSION;
}

export function writeMetadata(page: Buffer, metadata: Metadata): void {
  setU32(page, Meta.root, metadata.root);
  setU32(page, Meta.level, metadata.level);
  setU32(page, Meta.fastRoot, metadata.fastRoot);
  setU32(page, Meta.fastLevel, metadata.fastLevel);
  setU32(page, Meta.deletedPages, metadata.deletedPages);
}

export function readMetadata(page: Buffer): Metadata {
  return {
    root: u32(page, Meta.root) as BlockNumber,
    level: u32(page, Meta.level),
    fastRoot: u32(page, Meta.fastRoot) as BlockNumber,
    fastLevel: u32(page, Meta.fastLevel),
    deletedPages: u32(page, Meta.deletedPages),
  };
}

/** version, root, level, fastRoot, fastLevel, deletedPages: u32 each; isAllEqualImage: u8, and padding. */
export function encodeMetadata(metadata: Metadata): Buffer {
  const bytes = Buffer.alloc(LOGGED_BYTES);
  setU32(bytes, 0, BTREE_VERSION);
  setU32(bytes, 4, metadata.root);
  setU32(bytes, 8, metadata.level);
  setU32(bytes, 12, metadata.fastRoot);
  setU32(bytes, 16, metadata.fastLevel);
  setU32(bytes, 20, metadata.deletedPages);
  return bytes;
}

export function decodeMetadata(bytes: Buffer): Metadata {
  return {
    root: u32(bytes, 4) as BlockNumber,
    level: u32(bytes, 8),
    fastRoot: u32(bytes, 12) as BlockNumber,
    fastLevel: u32(bytes, 16),
    deletedPages: u32(bytes, 20),
  };
}
