import type { BlockNumber, Fork, RelFile } from '../base/block.js';
import type { Lsn } from '../base/lsn.js';
import type { Xid } from '../base/xid.js';

/** A block that a record changes (XLogRegisterBuffer). The caller holds its page exclusively locked. */
export interface BlockReference {
  /** 0 to 32, each once and in rising order. */
  readonly id: number;
  readonly file: RelFile;
  readonly fork: Fork;
  readonly block: BlockNumber;
  /** 8 KiB view of the changed page, its LSN still the old one; needed unless `noImage` or `willInit`. */
  readonly page?: Buffer;
  /** Redo makes the page anew: no image is needed. */
  readonly willInit?: boolean;
  readonly forceImage?: boolean;
  readonly noImage?: boolean;
  /** The page has nothing between pd_lower and pd_upper: an image leaves that hole out. */
  readonly standard?: boolean;
  /** Logs `data` also when an image is taken. */
  readonly keepData?: boolean;
  /** At most 65535 bytes together. */
  readonly data?: readonly Buffer[];
}

/** A record to be inserted. */
export interface RecordDraft {
  readonly rmgr: number;
  readonly info: number;
  readonly xid?: Xid;
  readonly data: readonly Buffer[];
  readonly blocks?: readonly BlockReference[];
  /** The record alone is no reason for a checkpoint. */
  readonly markUnimportant?: boolean;
}

export interface DecodedBlock {
  readonly id: number;
  readonly file: RelFile;
  readonly fork: Fork;
  readonly block: BlockNumber;
  readonly hasImage: boolean;
  /** Redo restores the image; false for one that only serves consistency checks. */
  readonly applyImage: boolean;
  readonly willInit: boolean;
  readonly data: Buffer | undefined;
  /** Bytes the image takes in the record, 0 without one. */
  readonly imageBytes: number;
  /** Writes the image into an 8 KiB page, its hole zeroed. ERROR 0A000 for a compressed one. */
  restoreImage(into: Buffer): void;
}

/** A record as read back. Its buffers are views that the reader may reuse, see WalReader. */
export interface WalRecord {
  /** Where it starts. */
  readonly lsn: Lsn;
  /** Where the next may start: what `insert` returned; the segment's end for a switch record. */
  readonly endLsn: Lsn;
  readonly previous: Lsn;
  readonly xid: Xid;
  readonly rmgr: number;
  readonly info: number;
  /** With its header, without page headers and alignment. */
  readonly totalBytes: number;
  readonly data: Buffer;
  readonly blocks: readonly DecodedBlock[];
  /** The broken record that this one, an overwrite-contrecord record, stands instead of; 0 for all others. */
  readonly overwritten: Lsn;
}
