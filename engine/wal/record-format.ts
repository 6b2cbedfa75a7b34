import { REL_FILE_BYTES } from '../base/block.js';

/**
 * The record's layout (access/xlogrecord.h). All integers little-endian, nothing aligned inside a record.
 *
 *   XLogRecord            24 bytes: the fixed header
 *   block headers         one per referenced block, see below
 *   data header           0xFF, length:u8   or   0xFE, length:u32   (absent without main data)
 *   block contents        per block: image, then data
 *   main data
 *
 *   block header          id:u8 forkFlags:u8 dataLength:u16
 *                         [image header]   length:u16 holeOffset:u16 flags:u8 [holeLength:u16 when compressed with a hole]
 *                         [RelFileNode]    tablespace:u32 database:u32 relation:u32, absent under SAME_REL
 *                         block:u32
 *
 * The CRC-32C covers everything after the fixed header, then the fixed header up to the CRC.
 */
export const RecordHeader = {
  totalBytes: 0,
  xid: 4,
  previous: 8,
  info: 16,
  rmgr: 17,
  crc: 20,
  bytes: 24,
} as const;

export const MAX_BLOCK_ID = 32;
export const BLOCK_ID_DATA_SHORT = 255;
export const BLOCK_ID_DATA_LONG = 254;
export const BLOCK_ID_ORIGIN = 253;
export const BLOCK_ID_TOP_XID = 252;

/** `forkFlags` of a block header: the fork in the low four bits. */
export const BlockFlag = { forkMask: 0x0f, hasImage: 0x10, hasData: 0x20, willInit: 0x40, sameRelation: 0x80 } as const;

/** `flags` of an image header. The last three tell the compression method. */
export const ImageFlag = { hasHole: 0x01, apply: 0x02, compressed: 0x1c } as const;

export const BLOCK_HEADER_BYTES = 4;
export const IMAGE_HEADER_BYTES = 5;
export const MAX_BLOCK_HEADER_BYTES = BLOCK_HEADER_BYTES + IMAGE_HEADER_BYTES + REL_FILE_BYTES + 4;

/** Longest record (XLogRecordMaxSize): what a reader must be able to hold in memory. */
export const MAX_RECORD_BYTES = 1020 * 1024 * 1024;

/** Records start at multiples of 8 (MAXALIGN). */
export function align8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
