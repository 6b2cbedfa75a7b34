import type { TreePages } from '../../../engine/access/btree/verify/tree-check.js';
import { BLOCK_BYTES, Fork, type BlockNumber, type RelFile } from '../../../engine/base/block.js';
import { SEGMENT_BYTES, relationPath } from '../../../engine/storage/relation-paths.js';

export type ReadRelation = (file: RelFile) => StoredRelation;

/** All pages of a relation of a stopped cluster. */
export class StoredRelation implements TreePages {
  constructor(readonly bytes: Buffer) {}

  get blocks(): number {
    return Math.floor(this.bytes.length / BLOCK_BYTES);
  }

  read(block: BlockNumber): Buffer {
    return this.bytes.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
  }
}

/** Reads its segments by `readFile`, which takes paths relative to the data directory. */
export function readRelation(readFile: (path: string) => Buffer, file: RelFile): StoredRelation {
  const segments: Buffer[] = [];
  do segments.push(readFile(relationPath(file, Fork.main, segments.length)));
  while (segments[segments.length - 1].length === SEGMENT_BYTES);
  return new StoredRelation(segments.length === 1 ? segments[0] : Buffer.concat(segments));
}
